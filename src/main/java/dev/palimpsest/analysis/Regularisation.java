package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Curves.Point;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Full finetuning plain, with weight decay and with attention dropout beside LoRA (paper, figure
 * 4), each compared with the plain one.
 */
record Regularisation(
        Curves.Axis x,
        Kind kind,
        List<String> groupedBy,
        Curves.@Nullable Base base,
        List<Arm> arms)
        implements Tabular {
    static final String METHOD = "method.type";
    static final String RANK = "method.rank";
    static final String DECAY = "training.optimizer.weight_decay";
    static final String DROPOUT = "training.attention_dropout";

    /**
     * A curve.
     *
     * @param from the group of plain full finetuning that it is compared with; null for that itself
     * @param decay how its weights are shrunk, where they are
     * @param comparisons at each duration that both have
     * @param words the last comparison's, or why there is none
     */
    record Arm(
            String name,
            Map<String, JsonNode> group,
            List<Point> points,
            List<Shrinkage> decay,
            @Nullable Map<String, JsonNode> from,
            List<Comparison> comparisons,
            String words) {}

    /** This arm less the plain one at one duration. */
    record Comparison(
            double x,
            @Nullable Difference learning,
            @Nullable Difference forgetting,
            String words) {}

    static Regularisation of(Curves curves, Kind kind, Map<String, List<Shrinkage>> decays) {
        List<Curve> its = curves.curves().stream().filter(curve -> curve.kind() == kind).toList();
        List<Curve> plain = its.stream().filter(Regularisation::isPlain).toList();
        List<Arm> arms =
                its.stream()
                        .sorted(Comparator.comparing(curve -> place(curve.group())))
                        .map(curve -> arm(curve, plain, decays))
                        .toList();
        return new Regularisation(curves.x(), kind, curves.groupedBy(), curves.base(), arms);
    }

    private static Arm arm(Curve curve, List<Curve> plain, Map<String, List<Shrinkage>> decays) {
        List<Shrinkage> decay =
                curve.points().stream()
                        .flatMap(point -> point.checkpoints().stream())
                        .flatMap(one -> decays.getOrDefault(one, List.of()).stream())
                        .distinct()
                        .toList();
        if (plain.contains(curve))
            return new Arm(
                    name(curve.group()),
                    curve.group(),
                    curve.points(),
                    decay,
                    null,
                    List.of(),
                    "what the others are compared with");
        Optional<Curve> from = counterpart(curve, plain);
        List<Comparison> comparisons =
                from.map(found -> comparisons(found, curve)).orElse(List.of());
        return new Arm(
                name(curve.group()),
                curve.group(),
                curve.points(),
                decay,
                from.map(Curve::group).orElse(null),
                comparisons,
                words(from, comparisons));
    }

    private static String words(Optional<Curve> from, List<Comparison> comparisons) {
        if (from.isEmpty())
            return "there is no full finetuning without decay and dropout to compare it with";
        if (comparisons.isEmpty()) return "shares no duration with plain full finetuning";
        return comparisons.getLast().words();
    }

    /**
     * Plain full finetuning that is alike in the most fields; of several the one that has learned
     * the most at its end.
     */
    private static Optional<Curve> counterpart(Curve curve, List<Curve> plain) {
        return plain.stream()
                .max(
                        Comparator.<Curve>comparingLong(
                                        other -> alike(curve.group(), other.group()))
                                .thenComparingDouble(Regularisation::learnedAtItsEnd));
    }

    private static long alike(Map<String, JsonNode> one, Map<String, JsonNode> other) {
        Set<String> fields = new HashSet<>(one.keySet());
        fields.retainAll(other.keySet());
        return fields.stream()
                .filter(field -> Objects.equals(one.get(field), other.get(field)))
                .count();
    }

    private static double learnedAtItsEnd(Curve curve) {
        Estimate last = curve.points().getLast().learning();
        return last == null ? Double.NEGATIVE_INFINITY : last.mean();
    }

    private static List<Comparison> comparisons(Curve from, Curve to) {
        Map<Double, Point> plain = new TreeMap<>();
        from.points().forEach(point -> plain.put(point.x(), point));
        List<Comparison> comparisons = new ArrayList<>();
        for (Point point : to.points()) {
            Point other = plain.get(point.x());
            if (other == null) continue;
            Difference learning = Difference.of(other.learning(), point.learning());
            Difference forgetting = Difference.of(other.forgetting(), point.forgetting());
            if (learning == null && forgetting == null) continue;
            comparisons.add(
                    new Comparison(point.x(), learning, forgetting, verdict(learning, forgetting)));
        }
        return comparisons;
    }

    private static String verdict(@Nullable Difference learning, @Nullable Difference forgetting) {
        List<String> parts = new ArrayList<>();
        if (learning != null) parts.add(learning.words("learns"));
        if (forgetting != null) parts.add(forgetting.words("forgets"));
        return String.join(", ", parts);
    }

    static boolean isPlain(Curve curve) {
        return isFull(curve.group())
                && number(curve.group(), DECAY) == 0
                && number(curve.group(), DROPOUT) == 0;
    }

    private static boolean isFull(Map<String, JsonNode> group) {
        JsonNode method = group.get(METHOD);
        return method != null && method.asString("").equals("full");
    }

    private static double number(Map<String, JsonNode> group, String field) {
        JsonNode value = group.get(field);
        return value == null ? 0 : value.asDouble(0);
    }

    /** Full before LoRA, plain before decay before dropout, less before more. */
    private static String place(Map<String, JsonNode> group) {
        return String.format(
                Locale.ROOT,
                "%d %12.9f %12.9f %9.0f",
                isFull(group) ? 0 : 1,
                number(group, DROPOUT),
                number(group, DECAY),
                number(group, RANK));
    }

    private static String name(Map<String, JsonNode> group) {
        StringBuilder name = new StringBuilder();
        if (isFull(group)) name.append("full");
        else name.append("LoRA r = ").append((long) number(group, RANK));
        if (number(group, DECAY) > 0) name.append(" + weight decay ").append(number(group, DECAY));
        if (number(group, DROPOUT) > 0)
            name.append(" + attention dropout ").append(number(group, DROPOUT));
        return name.toString();
    }

    /**
     * A mean less another, as if nothing had made both err alike.
     *
     * @param low of the 95 % interval; none where an error is not known
     */
    record Difference(
            double value,
            @Nullable Double low,
            @Nullable Double high,
            @Nullable Boolean withinNoise) {
        static @Nullable Difference of(@Nullable Estimate from, @Nullable Estimate to) {
            if (from == null || to == null) return null;
            double value = to.mean() - from.mean();
            if (from.high() == null || to.high() == null)
                return new Difference(value, null, null, null);
            double reach = Math.hypot(from.high() - from.mean(), to.high() - to.mean());
            return new Difference(value, value - reach, value + reach, Math.abs(value) <= reach);
        }

        String words(String verb) {
            if (withinNoise == null || low == null || high == null)
                return String.format(
                        Locale.ROOT,
                        "%s %+.4f against full, with nothing known of the error",
                        verb,
                        value);
            String how = withinNoise ? "like full within noise" : value > 0 ? "more" : "less";
            return String.format(
                    Locale.ROOT,
                    "%s %s (%+.4f, 95 %% interval %+.4f to %+.4f)",
                    verb,
                    how,
                    value,
                    low,
                    high);
        }
    }

    /** A line a point of an arm, with what it is less the plain one there. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head = new ArrayList<>(List.of("arm"));
        head.addAll(groupedBy);
        head.addAll(List.of("kind", x.name().toLowerCase(Locale.ROOT), "runs"));
        for (String score : List.of("learning", "source_score", "forgetting"))
            head.addAll(Curves.columns(score));
        for (String score : List.of("learning", "forgetting"))
            for (String column : List.of("", "_low", "_high", "_within_noise"))
                head.add(score + "_difference" + column);
        csv.line(head);
        for (Arm arm : arms)
            for (Point point : arm.points()) {
                List<@Nullable Object> line = new ArrayList<>(List.of(arm.name()));
                for (String field : groupedBy) line.add(Curves.text(arm.group().get(field)));
                line.add(kind.name().toLowerCase(Locale.ROOT));
                line.add(point.x());
                line.add(point.runs());
                Curves.add(line, point.learning());
                Curves.add(line, point.sourceScore());
                Curves.add(line, point.forgetting());
                Optional<Comparison> there =
                        arm.comparisons().stream()
                                .filter(comparison -> comparison.x() == point.x())
                                .findFirst();
                add(line, there.map(Comparison::learning));
                add(line, there.map(Comparison::forgetting));
                csv.line(line);
            }
        return csv.text();
    }

    private static void add(List<@Nullable Object> line, Optional<Difference> difference) {
        line.add(difference.map(Difference::value).orElse(null));
        line.add(difference.map(Difference::low).orElse(null));
        line.add(difference.map(Difference::high).orElse(null));
        line.add(difference.map(Difference::withinNoise).orElse(null));
    }
}
