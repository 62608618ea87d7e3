package dev.palimpsest.archive;

import dev.palimpsest.analysis.RateChoice;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.studies.StudyRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes rows of an archive into rows of this service: nothing in them can pass for something that
 * was computed here, or point to what is not the archive's.
 *
 * @param baseModel as it is named here
 */
record Fitting(NewIds ids, String baseModel) {
    private static final TypeReference<List<Checkpoint.File>> FILES = new TypeReference<>() {};
    private static final TypeReference<List<RateChoice>> CHOICES = new TypeReference<>() {};
    private static final TypeReference<Map<String, Measure>> MEASURES = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};
    private static final String PLAIN_NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}";

    void fit(Table table, ObjectNode row) {
        String old = row.path("id").asString("");
        if (table.prefix() != null) ids.replace(row, "id");
        for (String reference : table.references()) ids.replace(row, reference);
        switch (table.name()) {
            case "experiments" -> experiment(row, old);
            case "jobs" -> job(row, old);
            case "sweeps" -> ids.everywhere(row);
            case "studies" -> study(row, old);
            case "checkpoints" -> checkpoint(row);
            case "evaluations" -> evaluation(row);
            case "step_scores" -> score(row);
            case "decompositions" -> decomposition(row);
            default -> {}
        }
    }

    private void experiment(ObjectNode row, String old) {
        read(row.path("tags"), TAGS, "tags");
        word(Convention.class, row.path("convention"), "convention");
        row.put("base_model", baseModel).put("origin", old);
    }

    private void study(ObjectNode row, String old) {
        ids.everywhere(row);
        try {
            Binder.bind(row.path("request"), StudyRequest.class);
        } catch (InvalidSpec invalid) {
            throw new Unfit("has a request in which " + invalid.getMessage());
        }
        if (!row.path("choices").isNull()) read(row.path("choices"), CHOICES, "choices");
        if (row.path("ended_at").isNull())
            throw new Unfit("has not ended: status is " + row.path("status"));
        row.put("origin", old);
    }

    private void job(ObjectNode row, String old) {
        ids.everywhere(row);
        JobSpec spec;
        try {
            spec = Binder.bind(row.path("spec"), JobSpec.class);
        } catch (InvalidSpec invalid) {
            throw new Unfit("has a spec in which " + invalid.getMessage());
        }
        if (!word(Status.class, row.path("status"), "status").terminal())
            throw new Unfit("has not ended: status is " + row.path("status"));
        if (!spec.experiment().equals(row.path("experiment").asString("")))
            throw new Unfit("is of another experiment than its spec says");
        read(row.path("tags"), TAGS, "tags");
        row.put("method", spec.method().word()).put("base_model", baseModel).put("origin", old);
    }

    /** Its content is summed anew: what was scored of it elsewhere is not known by that here. */
    private void checkpoint(ObjectNode row) {
        List<Checkpoint.File> files =
                read(row.path("files"), FILES, "files").stream()
                        .filter(file -> !file.path().startsWith("state/"))
                        .toList();
        for (Checkpoint.File file : files) {
            if (!file.path().matches(PLAIN_NAME))
                throw new Unfit("has a file '%s', which is no plain name".formatted(file.path()));
            if (!file.sha256().matches("[0-9a-f]{64}"))
                throw new Unfit("has a file with the sum '%s'".formatted(file.sha256()));
        }
        if (!row.path("step").isIntegralNumber())
            throw new Unfit("has the step " + row.path("step"));
        row.set("files", Binder.JSON.valueToTree(files));
        row.put("content", Checkpoints.content(files))
                .put("present", false)
                .put("interim", false)
                .put("folder", folder(row));
    }

    static String folder(ObjectNode checkpoint) {
        return "jobs/%s/imported/step-%d"
                .formatted(
                        checkpoint.path("job").asString(""), checkpoint.path("step").longValue());
    }

    /** Its fingerprint is one that nothing computed here can have. */
    private static void evaluation(ObjectNode row) {
        word(Convention.class, row.path("convention"), "convention");
        if (read(row.path("metrics"), MEASURES, "metrics").isEmpty())
            throw new Unfit("has no metrics");
        row.put(
                "fingerprint",
                Sha256.of(
                        "imported as %s\n%s"
                                .formatted(
                                        row.path("id").asString(""),
                                        row.path("fingerprint").asString(""))));
    }

    private static void score(ObjectNode row) {
        for (String kind : List.of("learning_kind", "source_kind"))
            if (!row.path(kind).isNull()) word(ScoreKind.class, row.path(kind), kind);
    }

    private static void decomposition(ObjectNode row) {
        if (!row.path("status").asString("").equals("succeeded"))
            throw new Unfit("has the status " + row.path("status"));
        row.putNull("fingerprint").put("imported", true);
    }

    private static <E extends Enum<E>> E word(Class<E> type, JsonNode given, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(given.asString("")))
                .findFirst()
                .orElseThrow(() -> new Unfit("has the %s %s".formatted(name, given)));
    }

    private static <T> T read(JsonNode json, TypeReference<T> type, String name) {
        try {
            T read = Binder.JSON.readValue(Binder.JSON.writeValueAsString(json), type);
            if (read == null) throw new Unfit("has no " + name);
            return read;
        } catch (JacksonException broken) {
            throw new Unfit(
                    "has %s that cannot be read: %s".formatted(name, broken.getOriginalMessage()));
        }
    }
}
