package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Sensitivity.Curve;
import dev.palimpsest.analysis.Sensitivity.Point;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The learning rate chosen for a method, and what speaks for it.
 *
 * @param rank of LoRA
 * @param learningRate none where no rate that was tried can be taken
 * @param atEdge whether no higher, or by the rule of the best no lower, rate was tried
 */
public record RateChoice(
        String method,
        @Nullable Integer rank,
        @Nullable Double learningRate,
        boolean atEdge,
        String words,
        List<Candidate> tried) {
    /**
     * A rate that was tried.
     *
     * @param learning the mean over the runs that ended without diverging
     */
    public record Candidate(
            double learningRate, @Nullable Double learning, int diverged, List<String> jobs) {
        private static Candidate of(Point point) {
            return new Candidate(
                    point.learningRate(),
                    point.learning(),
                    point.diverged(),
                    point.jobs().stream().map(Sensitivity.Run::job).toList());
        }
    }

    public RateChoice {
        tried = List.copyOf(tried);
    }

    /** For a plan that is made before anything was tried. */
    public static RateChoice assumed(String method, @Nullable Integer rank, double learningRate) {
        return new RateChoice(method, rank, learningRate, false, "assumed", List.of());
    }

    /** Among the rates of one method and rank. */
    static RateChoice of(Curve curve, RateRule rule) {
        List<Candidate> tried = curve.points().stream().map(Candidate::of).toList();
        Optional<Candidate> taken =
                switch (rule) {
                    case HIGHEST_STABLE -> highestStable(curve, tried);
                    case BEST ->
                            Optional.ofNullable(curve.best())
                                    .flatMap(best -> at(tried, best.learningRate()));
                };
        boolean atEdge =
                taken.filter(
                                one ->
                                        one.equals(tried.getLast())
                                                || (rule == RateRule.BEST
                                                        && one.equals(tried.getFirst())))
                        .isPresent();
        return new RateChoice(
                curve.method(),
                curve.rank(),
                taken.map(Candidate::learningRate).orElse(null),
                atEdge,
                words(taken, atEdge, tried, rule),
                tried);
    }

    private static Optional<Candidate> highestStable(Curve curve, List<Candidate> tried) {
        List<Candidate> stable =
                tried.stream()
                        .takeWhile(one -> one.diverged() == 0)
                        .filter(one -> one.learning() != null)
                        .toList();
        return RateCurves.best(
                        curve.points().stream()
                                .filter(point -> at(stable, point.learningRate()).isPresent())
                                .toList())
                .flatMap(
                        best ->
                                stable.reversed().stream()
                                        .filter(one -> RateCurves.isNear(best, one.learning()))
                                        .findFirst());
    }

    private static Optional<Candidate> at(List<Candidate> tried, double rate) {
        return tried.stream().filter(one -> one.learningRate() == rate).findFirst();
    }

    private static String words(
            Optional<Candidate> taken, boolean atEdge, List<Candidate> tried, RateRule rule) {
        String all = tried.stream().map(RateChoice::told).collect(Collectors.joining(", "));
        if (taken.isEmpty())
            return "none of the %d rates can be taken: %s; %s"
                    .formatted(
                            tried.size(),
                            all,
                            tried.stream().anyMatch(one -> one.diverged() > 0)
                                    ? "try lower ones"
                                    : "their jobs say why they have no score, and a retry runs them again");
        boolean alike =
                tried.stream().map(Candidate::learning).filter(Objects::nonNull).distinct().count()
                                == 1
                        && tried.size() > 1;
        String why =
                switch (rule) {
                    case HIGHEST_STABLE ->
                            "the highest rate at and below which no run diverged and that reaches 90 % of the best score";
                    case BEST -> "the rate with the best score";
                };
        return "%s is %s: %s%s"
                .formatted(
                        number(taken.get().learningRate()),
                        why,
                        all,
                        (atEdge ? "; it lies at the edge of what was tried" : "")
                                + (alike ? "; all have one score, which tells nothing" : ""));
    }

    private static String told(Candidate one) {
        String scored =
                one.learning() == null
                        ? "no score"
                        : String.format(Locale.ROOT, "%.4f", one.learning());
        return number(one.learningRate())
                + ": "
                + scored
                + (one.diverged() == 0 ? "" : ", diverged");
    }

    private static String number(double rate) {
        return String.format(Locale.ROOT, "%.3g", rate);
    }
}
