package dev.palimpsest.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
        }
    }

    /** From what the API answers about a job and the trade-off of its experiment. */
    static Findings of(JsonNode tradeoff, JsonNode job, JsonNode speeds) {
        JsonNode base = tradeoff.path("base");
        JsonNode last = lastPoint(tradeoff, job.path("id").asString(""));
        return new Findings(
                job.path("name").asString(""),
                change(base, last, "learning"),
                change(base, last, "learning_bits_per_byte"),
                change(base, last, "source_score"),
                change(base, last, "source_bits_per_byte"),
                job.path("trainable_parameters").asLong(0),
                median(speeds.path("data").path(0).path("points")),
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
                            String.format(Locale.ROOT, "%,d", found.trainableParameters),
                            Change.number("%,.0f", found.tokensPerSecond),
                            Change.number("%.2f GB", found.peakBytes / 1e9),
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

    private static double median(JsonNode points) {
        double[] values =
                StreamSupport.stream(points.spliterator(), false)
                        .mapToDouble(point -> point.path("value").asDouble(0))
                        .sorted()
                        .toArray();
        return values.length == 0 ? Double.NaN : values[values.length / 2];
    }
}
