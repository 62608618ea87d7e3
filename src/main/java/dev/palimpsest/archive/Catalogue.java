package dev.palimpsest.archive;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What an experiment started from, named with what tells equal contents: it is not taken along. */
record Catalogue(Model baseModel, List<Dataset> datasets, List<Task> tasks) {
    static final String NAME = "catalog.json";

    /** The base model; the sum is over its files. */
    record Model(
            String name,
            @Nullable String sha256,
            @Nullable Long parameters,
            @Nullable JsonNode architecture) {}

    /** A dataset that jobs name; without a sum where it is not registered. */
    record Dataset(String name, @Nullable String sha256, @Nullable Long documents) {}

    /**
     * A task that the experiment names.
     *
     * @param definition of a team's own
     */
    record Task(
            String name,
            @Nullable Integer version,
            @Nullable String content,
            @Nullable JsonNode definition) {}
}
