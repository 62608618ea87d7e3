package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Curves.Curve;
import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The area between the forgetting of two curves over the learning that both reach: what {@link
 * Matched} tells at one learning, over all of them. Points are joined by straight lines in the
 * order of their learning; learning is taken as exact.
 */
record Area(Kind kind, List<String> groupedBy, List<Between> between) implements Tabular {
    private static final double NORMAL_95 = 1.959963984540054;

    /**
     * Two curves.
     *
     * @param low learning where both begin
     * @param high learning where the first of them ends
     * @param area forgetting of {@code to} less that of {@code from}, over the range; null without
     *     one
     * @param difference the area by the range's length: the mean difference in forgetting
     */
    record Between(
            Map<String, JsonNode> from,
            Map<String, JsonNode> to,
            @Nullable Double low,
            @Nullable Double high,
            @Nullable Double area,
            @Nullable Double areaLow,
            @Nullable Double areaHigh,
            @Nullable Double difference,
            @Nullable Boolean withinNoise,
            String words) {}

    /** A point of a curve; its error is not a number where it is not known. */
    private record Knot(double learning, double forgetting, double stderr) {}

    /** Each curve of the kind against the first one that has two points. */
    static Area of(Curves curves, Kind kind) {
        List<Curve> its = curves.curves().stream().filter(curve -> curve.kind() == kind).toList();
        Optional<Curve> first =
                its.stream()
                        .filter(curve -> knots(curve).size() > 1)
                        .findFirst()
                        .or(() -> its.stream().findFirst());
        return new Area(
                kind,
                curves.groupedBy(),
                first.stream()
                        .flatMap(
                                from ->
                                        its.stream()
                                                .filter(
                                                        curve ->
                                                                !curve.group().equals(from.group()))
                                                .map(curve -> between(from, curve)))
                        .toList());
    }

    private static Between between(Curve from, Curve to) {
        List<Knot> first = knots(from);
        List<Knot> second = knots(to);
        if (first.size() < 2 || second.size() < 2)
            return none(from, to, "a curve needs two points of different learning");
        double low = Math.max(first.getFirst().learning(), second.getFirst().learning());
        double high = Math.min(first.getLast().learning(), second.getLast().learning());
        if (low >= high) return none(from, to, "the two have no learning in common");
        double[] whole = integral(second, low, high);
        double[] less = integral(first, low, high);
        double area = whole[0] - less[0];
        double reach = NORMAL_95 * Math.sqrt(whole[1] + less[1]);
        double difference = area / (high - low);
        boolean known = !Double.isNaN(reach);
        boolean noise = known && Math.abs(area) <= reach;
        return new Between(
                from.group(),
                to.group(),
                low,
                high,
                area,
                known ? area - reach : null,
                known ? area + reach : null,
                difference,
                known ? noise : null,
                words(low, high, difference, reach / (high - low), known, noise));
    }

    private static String words(
            double low,
            double high,
            double difference,
            double reach,
            boolean known,
            boolean noise) {
        String verdict =
                !known
                        ? "nothing known of the error"
                        : noise ? "within noise" : difference > 0 ? "forgets more" : "forgets less";
        String interval =
                known
                        ? String.format(
                                Locale.ROOT,
                                ", 95 %% interval %+.4f to %+.4f",
                                difference - reach,
                                difference + reach)
                        : "";
        return String.format(
                Locale.ROOT,
                "%s: %+.4f on average where learning is %.4f to %.4f%s",
                verdict,
                difference,
                low,
                high,
                interval);
    }

    private static Between none(Curve from, Curve to, String words) {
        return new Between(
                from.group(), to.group(), null, null, null, null, null, null, null, words);
    }

    /** By learning; points that learned the same are one, which has forgotten their mean. */
    private static List<Knot> knots(Curve curve) {
        SortedMap<Double, List<Estimate>> forgotten = new TreeMap<>();
        for (Curves.Point point : curve.points())
            if (point.learning() != null && point.forgetting() != null)
                forgotten
                        .computeIfAbsent(point.learning().mean(), _ -> new ArrayList<>())
                        .add(point.forgetting());
        return forgotten.entrySet().stream()
                .map(alike -> knot(alike.getKey(), alike.getValue()))
                .toList();
    }

    private static Knot knot(double learning, List<Estimate> forgotten) {
        double sum = 0;
        double squares = 0;
        for (Estimate one : forgotten) {
            sum += one.mean();
            squares += one.stderr() == null ? Double.NaN : one.stderr() * one.stderr();
        }
        int count = forgotten.size();
        return new Knot(learning, sum / count, Math.sqrt(squares) / count);
    }

    /** The integral by trapezoids and its variance: it is a sum of the points by their weights. */
    private static double[] integral(List<Knot> knots, double low, double high) {
        TreeSet<Double> places = new TreeSet<>(List.of(low, high));
        for (Knot knot : knots)
            if (knot.learning() > low && knot.learning() < high) places.add(knot.learning());
        double[] weights = new double[knots.size()];
        Double before = null;
        for (Double at : places) {
            if (before != null) {
                weigh(knots, weights, before, (at - before) / 2);
                weigh(knots, weights, at, (at - before) / 2);
            }
            before = at;
        }
        double integral = 0;
        double variance = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] == 0) continue;
            integral += weights[i] * knots.get(i).forgetting();
            variance += Math.pow(weights[i] * knots.get(i).stderr(), 2);
        }
        return new double[] {integral, variance};
    }

    /** The value at a place is that of the two points around it, each by its nearness. */
    private static void weigh(List<Knot> knots, double[] weights, double at, double weight) {
        int after = 1;
        while (after < knots.size() - 1 && knots.get(after).learning() < at) after++;
        double left = knots.get(after - 1).learning();
        double part = (at - left) / (knots.get(after).learning() - left);
        weights[after - 1] += weight * (1 - part);
        weights[after] += weight * part;
    }

    /** A line for each two curves; each field that tells curves apart has a column for both. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head = new ArrayList<>();
        for (String side : List.of("from.", "to."))
            for (String field : groupedBy) head.add(side + field);
        head.addAll(
                List.of(
                        "kind",
                        "learning_low",
                        "learning_high",
                        "area",
                        "area_low",
                        "area_high",
                        "difference",
                        "within_noise"));
        csv.line(head);
        for (Between two : between) {
            List<@Nullable Object> line = new ArrayList<>();
            for (Map<String, JsonNode> side : List.of(two.from(), two.to()))
                for (String field : groupedBy) line.add(Curves.text(side.get(field)));
            line.add(kind.name().toLowerCase(Locale.ROOT));
            line.add(two.low());
            line.add(two.high());
            line.add(two.area());
            line.add(two.areaLow());
            line.add(two.areaHigh());
            line.add(two.difference());
            line.add(two.withinNoise());
            csv.line(line);
        }
        return csv.text();
    }
}
