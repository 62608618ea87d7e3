package dev.palimpsest.sweeps;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The sweeps of an experiment as they were asked for, to be asked for again. */
@Component
public class AskedSweeps {
    private static final String AFTER_ALL = "~";

    private final Sweeps sweeps;

    AskedSweeps(Sweeps sweeps) {
        this.sweeps = sweeps;
    }

    /** What was sent. */
    public record Asked(
            String id,
            @Nullable String name,
            JsonNode template,
            @Nullable JsonNode grid,
            @Nullable Ladder ladder) {}

    /** The oldest first. */
    public List<Asked> of(String experiment) {
        return sweeps
                .findByExperimentAndIdLessThanOrderByIdDesc(
                        experiment, AFTER_ALL, Limit.unlimited())
                .reversed()
                .stream()
                .map(
                        sweep ->
                                new Asked(
                                        sweep.id(),
                                        sweep.name().orElse(null),
                                        sweep.template(),
                                        sweep.grid().orElse(null),
                                        sweep.ladder().orElse(null)))
                .toList();
    }
}
