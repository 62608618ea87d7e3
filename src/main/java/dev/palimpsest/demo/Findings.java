package dev.palimpsest.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** What one job came to, before and after. */
record Findings(
        String name,
        Change learning,
        Change learningBits,
        Change source,
        Change sourceBits,
        long trainableParameters,
        double tokensPerSecond,
        long peakBytes,
        Duration time) {
    /** A number of the base model and of the last checkpoint; NaN where there is none. */
    record Change(double before, double after) {
        String shown() {
            return number("%.3f", before) + " -> " + number("%.3f", after);
        }

        String fall() {
            return number("%+.3f", before - after);
        }

        private static String number(String format, double value) {
            return Double.isNaN(value) ? "-" : format.formatted(value);
        }
    }

    /** From what the API answers about a job of an experiment. */
    static Findings of(
            JsonNode experiment,
            JsonNode tradeoff,
            JsonNode job,
            JsonNode evaluations,
            JsonNode speeds) {
        JsonNode base = tradeoff.path("base");
        JsonNode last = lastPoint(tradeoff, job.path("id").asString(""));
        return new Findings(
                job.path("name").asString(""),
                change(base, last, "learning"),
                bits(experiment.path("learning_tasks"), evaluations),
                change(base, last, "source_score"),
                bits(experiment.path("forgetting_tasks"), evaluations),
                job.path("trainable_parameters").asLong(0),
                median(speeds),
                job.path("peak_bytes").asLong(0),
                Duration.between(
                        Instant.parse(job.path("started_at").asString()),
                        Instant.parse(job.path("ended_at").asString())));
    }

    /** The table's lines, its head first. */
    static List<String> table(List<Findings> all) {
        List<String> lines = new ArrayList<>();
        String row = "%-9s  %-16s  %-16s  %-16s  %9s  %-16s  %10s  %8s  %7s  %6s";
        lines.add(
                row.formatted(
                        "",
                        "learned:",
                        "answers,",
                        "kept:",
                        "",
                        "definitions,",
                        "trained",
                        "",
                        "peak",
                        ""));
        lines.add(
                row.formatted(
                        "job",
                        "score",
                        "bits per byte",
                        "score",
                        "forgotten",
                        "bits per byte",
                        "parameters",
                        "tokens/s",
                        "memory",
                        "time"));
        for (Findings found : all)
            lines.add(
                    row.formatted(
                            found.name,
                            found.learning.shown(),
                            found.learningBits.shown(),
                            found.source.shown(),
                            found.source.fall(),
                            found.sourceBits.shown(),
                            "%,d".formatted(found.trainableParameters),
                            "%,.0f".formatted(found.tokensPerSecond),
                            "%.2f GB".formatted(found.peakBytes / 1e9),
                            found.time.toSeconds() + " s"));
        return lines;
    }

    private static JsonNode lastPoint(JsonNode tradeoff, String job) {
        JsonNode last = tradeoff.path("none");
        for (JsonNode point : tradeoff.path("points"))
            if (point.path("job").asString("").equals(job)
                    && point.path("step").asLong(0) >= last.path("step").asLong(0)) last = point;
        return last;
    }

    private static Change change(JsonNode base, JsonNode last, String field) {
        return new Change(
                base.path(field).asDouble(Double.NaN), last.path(field).asDouble(Double.NaN));
    }

    /**
     * The mean bits per byte of the tasks that have them, of the base model and at the last step.
     */
    private static Change bits(JsonNode tasks, JsonNode evaluations) {
        long last = 0;
        for (JsonNode evaluation : evaluations.path("data"))
            last = Math.max(last, evaluation.path("step").asLong(0));
        return new Change(bits(tasks, evaluations, 0), bits(tasks, evaluations, last));
    }

    private static double bits(JsonNode tasks, JsonNode evaluations, long step) {
        List<String> names = stream(tasks).map(JsonNode::asString).toList();
        OptionalDouble mean =
                stream(evaluations.path("data"))
                        .filter(evaluation -> evaluation.path("step").asLong(-1) == step)
                        .filter(evaluation -> names.contains(evaluation.path("task").asString("")))
                        .map(evaluation -> evaluation.path("metrics").path("bits_per_byte"))
                        .filter(measure -> measure.path("value").isNumber())
                        .mapToDouble(measure -> measure.path("value").asDouble())
                        .average();
        return mean.orElse(Double.NaN);
    }

    private static double median(JsonNode speeds) {
        double[] values =
                stream(speeds.path("data").path(0).path("points"))
                        .mapToDouble(point -> point.path("value").asDouble(0))
                        .sorted()
                        .toArray();
        return values.length == 0 ? Double.NaN : values[values.length / 2];
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
