package dev.palimpsest.external;

import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.AtOnce;
import dev.palimpsest.spec.Faults;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Points of a job's metrics; they are taken together or not at all. */
record PointsRequest(List<Point> data) {
    static final int MOST_POINTS = 10_000;
    private static final long LAST_STEP = 1L << 40;
    private static final long MOST_TOKENS = 1L << 50;
    private static final double MOST_EPOCHS = 1e6;
    private static final String SCORES = "eval/";
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59Z");
    private static final int LONGEST_KEY = 200;

    /** What the service computes itself out of the tasks' scores. */
    static final Set<String> DERIVED =
            Set.of(
                    "learning",
                    "source_score",
                    "forgetting",
                    "learning_bits_per_byte",
                    "source_bits_per_byte");

    /**
     * A value at a step.
     *
     * @param at when it was measured; now, if left out
     * @param tokens that had been trained on by then
     * @param epoch that had been reached by then
     * @param stderr of a task's score
     */
    record Point(
            String key,
            long step,
            MetricValue value,
            @Nullable Instant at,
            @Nullable Long tokens,
            @Nullable Double epoch,
            @Nullable Double stderr) {
        Point {
            Faults faults =
                    new Faults()
                            .require(
                                    isKey(key),
                                    "/key",
                                    "must have 1 to 200 of letters, digits, '_', '.', '@', ':', '/' and '-'")
                            .require(
                                    !DERIVED.contains(key),
                                    "/key",
                                    "is computed here out of the tasks' scores; send those as eval/{task}/{metric}")
                            .between(step, 0, LAST_STEP, "/step");
            if (at != null)
                faults.require(
                        !at.isBefore(Instant.EPOCH) && !at.isAfter(LAST_TIME),
                        "/at",
                        "must be between 1970 and 9999, got " + at);
            if (tokens != null) faults.between(tokens, 0, MOST_TOKENS, "/tokens");
            if (epoch != null) faults.between(epoch, 0, MOST_EPOCHS, "/epoch");
            if (stderr != null) {
                faults.between(stderr, 0, 1e9, "/stderr");
                faults.require(
                        key.startsWith(SCORES), "/stderr", "belongs to the scores of tasks alone");
            }
            faults.raise();
        }

        private static boolean isKey(String key) {
            boolean right = !key.isEmpty() && key.length() <= LONGEST_KEY;
            for (int i = 0; right && i < key.length(); i++) {
                char c = key.charAt(i);
                right = c < 128 && (Character.isLetterOrDigit(c) || "_.@:/-".indexOf(c) >= 0);
            }
            return right;
        }

        private static @Nullable Point read(JsonParser json) {
            String key = null;
            Long step = null;
            MetricValue value = null;
            Instant at = null;
            Long tokens = null;
            Double epoch = null;
            Double stderr = null;
            int fields = 0;
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken token = json.nextToken();
                boolean whole = token == JsonToken.VALUE_NUMBER_INT;
                boolean number = whole || token == JsonToken.VALUE_NUMBER_FLOAT;
                boolean text = token == JsonToken.VALUE_STRING;
                if (name.equals("key") && text) key = json.getString();
                else if (name.equals("step") && whole) step = json.getLongValue();
                else if (name.equals("value") && number) value = MetricValue.of(json);
                else if (name.equals("at") && text) at = Instant.parse(json.getString());
                else if (name.equals("tokens") && whole) tokens = json.getLongValue();
                else if (name.equals("epoch") && number) epoch = json.getDoubleValue();
                else if (name.equals("stderr") && number) stderr = json.getDoubleValue();
                else return null;
                fields++;
            }
            boolean once =
                    fields
                            == Stream.of(key, step, value, at, tokens, epoch, stderr)
                                    .filter(Objects::nonNull)
                                    .count();
            return once && key != null && step != null && value != null
                    ? new Point(key, step, value, at, tokens, epoch, stderr)
                    : null;
        }

        /** Whether it may be a task's score, which counts in learning or forgetting. */
        boolean isScore() {
            return key.startsWith(SCORES);
        }

        Metrics.Place place() {
            return new Metrics.Place(key, step);
        }
    }

    PointsRequest {
        data = List.copyOf(data);
        Faults faults = new Faults();
        faults.require(
                !data.isEmpty() && data.size() <= MOST_POINTS,
                "/data",
                "must have 1 to %d points, got %d".formatted(MOST_POINTS, data.size()));
        if (!ascend(data)) refuseContradictions(data, faults);
        faults.raise();
    }

    @AtOnce
    static @Nullable PointsRequest read(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT
                || !"data".equals(json.nextName())
                || json.nextToken() != JsonToken.START_ARRAY) return null;
        List<Point> points = new ArrayList<>();
        while (json.nextToken() == JsonToken.START_OBJECT) {
            Point point = Point.read(json);
            if (point == null) return null;
            points.add(point);
        }
        return json.currentToken() == JsonToken.END_ARRAY
                        && json.nextToken() == JsonToken.END_OBJECT
                        && json.nextToken() == null
                ? new PointsRequest(points)
                : null;
    }

    /** Whether each key's steps do, so that none is said twice. */
    private static boolean ascend(List<Point> data) {
        Map<String, Long> last = new HashMap<>();
        for (Point point : data) {
            Long before = last.put(point.key(), point.step());
            if (before != null && before >= point.step()) return false;
        }
        return true;
    }

    private static void refuseContradictions(List<Point> data, Faults faults) {
        Map<Metrics.Place, Double> said = new HashMap<>();
        for (int i = 0; i < data.size(); i++) {
            Point point = data.get(i);
            Double before = said.putIfAbsent(point.place(), point.value().number());
            if (before != null && !before.equals(point.value().number()))
                faults.refuse(
                        "/data/%d/value".formatted(i),
                        "is another than that of the same key and step before it, %s"
                                .formatted(before));
        }
    }
}
