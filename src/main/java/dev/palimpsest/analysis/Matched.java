package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Curves.Point;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What each curve has forgotten where it first reaches one and the same learning: the question that
 * the paper's figure 3 answers by eye.
 *
 * @param learning what is reached; none where no two curves have any learning in common
 * @param differences of each curve from the first one
 */
public record Matched(
        @Nullable Double learning,
        Kind kind,
        List<String> groupedBy,
        List<Group> groups,
        List<Difference> differences)
        implements Tabular {
    private static final double NORMAL_95 = 1.959963984540054;

    /**
     * A curve at the learning.
     *
     * @param forgetting none where the curve does not reach it
     * @param checkpoints of the two points between which it lies, or of the one that it is
     */
    public record Group(
            Map<String, JsonNode> group,
            @Nullable Double x,
            @Nullable Double forgetting,
            @Nullable Double stderr,
            List<String> checkpoints,
            String words) {}

    /**
     * How much more a curve has forgotten than the first one that reaches the learning.
     *
     * @param low of the 95 % interval; none where a standard error is missing
     */
    public record Difference(
            Map<String, JsonNode> from,
            Map<String, JsonNode> to,
            double value,
            @Nullable Double low,
            @Nullable Double high,
            @Nullable Boolean withinNoise,
            String words) {}

    /** Where a curve first has the learning. */
    private record Place(
            double x, double forgetting, OptionalDouble stderr, List<String> checkpoints) {}

    /** At the learning asked for, else the most that all curves of the kind reach. */
    public static Matched of(Curves curves, Kind kind, @Nullable Double asked) {
        List<Curve> its = curves.curves().stream().filter(curve -> curve.kind() == kind).toList();
        OptionalDouble common =
                asked != null
                        ? OptionalDouble.of(asked)
                        : its.stream()
                                .map(Matched::most)
                                .flatMapToDouble(OptionalDouble::stream)
                                .min();
        if (common.isEmpty())
            return new Matched(null, kind, curves.groupedBy(), List.of(), List.of());
        double learning = common.getAsDouble();
        List<Group> groups = its.stream().map(curve -> group(curve, learning)).toList();
        return new Matched(learning, kind, curves.groupedBy(), groups, differences(groups));
    }

    private static OptionalDouble most(Curve curve) {
        return curve.points().stream()
                .filter(Matched::isScored)
                .mapToDouble(point -> Objects.requireNonNull(point.learning()).mean())
                .max();
    }

    private static boolean isScored(Point point) {
        return point.learning() != null && point.forgetting() != null;
    }

    private static Group group(Curve curve, double learning) {
        return place(curve, learning)
                .map(
                        place ->
                                new Group(
                                        curve.group(),
                                        place.x(),
                                        place.forgetting(),
                                        place.stderr().isPresent()
                                                ? place.stderr().getAsDouble()
                                                : null,
                                        place.checkpoints(),
                                        place.checkpoints().size() == 1
                                                ? "a point of the curve"
                                                : "between two points of the curve"))
                .orElseGet(
                        () ->
                                new Group(
                                        curve.group(),
                                        null,
                                        null,
                                        null,
                                        List.of(),
                                        unreached(curve, learning)));
    }

    private static String unreached(Curve curve, double learning) {
        OptionalDouble most = most(curve);
        if (most.isEmpty()) return "has no point with both scores";
        return most.getAsDouble() < learning
                ? String.format(Locale.ROOT, "reaches %.4f only", most.getAsDouble())
                : "begins above it; a shorter run would tell";
    }

    /** By a straight line between the points, in the order of duration. */
    private static Optional<Place> place(Curve curve, double learning) {
        List<Point> points = curve.points().stream().filter(Matched::isScored).toList();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            if (learned(point) == learning) return Optional.of(at(point));
            if (i == 0) continue;
            Point before = points.get(i - 1);
            if ((learned(before) - learning) * (learned(point) - learning) < 0)
                return Optional.of(between(before, point, learning));
        }
        return Optional.empty();
    }

    private static double learned(Point point) {
        return Objects.requireNonNull(point.learning()).mean();
    }

    private static Place at(Point point) {
        Estimate forgotten = Objects.requireNonNull(point.forgetting());
        return new Place(
                point.x(),
                forgotten.mean(),
                forgotten.stderr() == null
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(forgotten.stderr()),
                point.checkpoints());
    }

    private static Place between(Point before, Point after, double learning) {
        double part = (learning - learned(before)) / (learned(after) - learned(before));
        Place first = at(before);
        Place second = at(after);
        List<String> checkpoints = new ArrayList<>(first.checkpoints());
        checkpoints.addAll(second.checkpoints());
        boolean known = first.stderr().isPresent() && second.stderr().isPresent();
        return new Place(
                first.x() + part * (second.x() - first.x()),
                first.forgetting() + part * (second.forgetting() - first.forgetting()),
                known
                        ? OptionalDouble.of(
                                Math.hypot(
                                        (1 - part) * first.stderr().getAsDouble(),
                                        part * second.stderr().getAsDouble()))
                        : OptionalDouble.empty(),
                checkpoints);
    }

    private static List<Difference> differences(List<Group> groups) {
        List<Group> reaching = groups.stream().filter(group -> group.forgetting() != null).toList();
        return reaching.stream()
                .skip(1)
                .map(group -> difference(reaching.getFirst(), group))
                .toList();
    }

    private static Difference difference(Group from, Group to) {
        double value =
                Objects.requireNonNull(to.forgetting()) - Objects.requireNonNull(from.forgetting());
        if (from.stderr() == null || to.stderr() == null)
            return new Difference(
                    from.group(),
                    to.group(),
                    value,
                    null,
                    null,
                    null,
                    String.format(Locale.ROOT, "%+.4f, with nothing known of its error", value));
        double reach = NORMAL_95 * Math.hypot(from.stderr(), to.stderr());
        boolean noise = Math.abs(value) <= reach;
        String verdict = noise ? "within noise" : value > 0 ? "forgets more" : "forgets less";
        return new Difference(
                from.group(),
                to.group(),
                value,
                value - reach,
                value + reach,
                noise,
                String.format(
                        Locale.ROOT,
                        "%s: %+.4f, 95 %% interval %+.4f to %+.4f",
                        verdict,
                        value,
                        value - reach,
                        value + reach));
    }

    /** A line a curve. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head = new ArrayList<>(groupedBy);
        head.addAll(
                List.of(
                        "kind",
                        "learning",
                        "x",
                        "forgetting",
                        "stderr",
                        "difference",
                        "low",
                        "high",
                        "within_noise"));
        csv.line(head);
        for (Group group : groups) {
            Optional<Difference> difference =
                    differences.stream().filter(one -> one.to().equals(group.group())).findFirst();
            List<@Nullable Object> line = new ArrayList<>();
            for (String field : groupedBy) line.add(Curves.text(group.group().get(field)));
            line.add(kind.name().toLowerCase(Locale.ROOT));
            line.add(learning);
            line.add(group.x());
            line.add(group.forgetting());
            line.add(group.stderr());
            line.add(difference.map(Difference::value).orElse(null));
            line.add(difference.map(Difference::low).orElse(null));
            line.add(difference.map(Difference::high).orElse(null));
            line.add(difference.map(Difference::withinNoise).orElse(null));
            csv.line(line);
        }
        return csv.text();
    }
}
