package dev.palimpsest.analysis;

import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.ScoreKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each checkpoint of an experiment learned and forgot, the base model's score beside it. */
record Tradeoff(@Nullable Base base, List<Point> points, List<String> front) {
    /** Where scores come from. */
    enum Measured {
        HERE,
        /** At least one of them was told by the owner of a job that is trained elsewhere. */
        EXTERNAL;

        static Measured of(boolean told) {
            return told ? EXTERNAL : HERE;
        }
    }

    /** Where a checkpoint stands in its run, and its score. */
    record Scored(Place place, Score base, Score score, Measured measured) {}

    /** A checkpoint of a job; {@code kind} is adapter or model, the other what of its run it is. */
    record Place(
            String job,
            String checkpoint,
            String method,
            @Nullable Integer rank,
            long step,
            long tokens,
            String kind,
            Curves.Kind durationKind) {}

    /** The base model's score. */
    record Base(
            @Nullable Double learning,
            @Nullable Double sourceScore,
            @Nullable Double learningBitsPerByte,
            @Nullable Double sourceBitsPerByte,
            @Nullable ScoreKind learningKind,
            @Nullable ScoreKind sourceKind) {}

    /** A checkpoint's score; {@code score_kind}s say what its numbers are. */
    record Point(
            String job,
            String checkpoint,
            String method,
            @Nullable Integer rank,
            long step,
            long tokens,
            String kind,
            Curves.Kind durationKind,
            @Nullable Double learning,
            @Nullable Double sourceScore,
            @Nullable Double forgetting,
            @Nullable Double learningBitsPerByte,
            @Nullable Double sourceBitsPerByte,
            @Nullable ScoreKind learningKind,
            @Nullable ScoreKind sourceKind,
            Measured measured,
            boolean onFront) {}

    /** Checkpoints without a score on both sides have a point, and no place on the front. */
    static Tradeoff of(Optional<Score> base, List<Scored> scored) {
        List<String> front =
                Frontier.of(
                        scored.stream()
                                .map(Tradeoff::coordinates)
                                .flatMap(Optional::stream)
                                .toList());
        Set<String> onFront = new HashSet<>(front);
        return new Tradeoff(
                base.map(Tradeoff::base).orElse(null),
                scored.stream()
                        .map(one -> point(one, onFront.contains(one.place().checkpoint())))
                        .toList(),
                front);
    }

    private static Optional<Frontier.Point> coordinates(Scored scored) {
        OptionalDouble forgetting = scored.score().forgetting(scored.base());
        if (scored.score().learning().isEmpty() || forgetting.isEmpty()) return Optional.empty();
        double learning = scored.score().learning().get().score();
        if (Double.isNaN(learning) || Double.isNaN(forgetting.getAsDouble()))
            return Optional.empty();
        return Optional.of(
                new Frontier.Point(
                        scored.place().checkpoint(), learning, forgetting.getAsDouble()));
    }

    private static Base base(Score score) {
        return new Base(
                score(score.learning()),
                score(score.source()),
                bits(score.learning()),
                bits(score.source()),
                kind(score.learning()),
                kind(score.source()));
    }

    private static Point point(Scored scored, boolean onFront) {
        Place place = scored.place();
        Score score = scored.score();
        OptionalDouble forgetting = score.forgetting(scored.base());
        return new Point(
                place.job(),
                place.checkpoint(),
                place.method(),
                place.rank(),
                place.step(),
                place.tokens(),
                place.kind(),
                place.durationKind(),
                score(score.learning()),
                score(score.source()),
                forgetting.isPresent() ? finite(forgetting.getAsDouble()) : null,
                bits(score.learning()),
                bits(score.source()),
                kind(score.learning()),
                kind(score.source()),
                scored.measured(),
                onFront);
    }

    private static @Nullable Double score(Optional<Score.Side> side) {
        return side.isEmpty() ? null : finite(side.get().score());
    }

    private static @Nullable Double bits(Optional<Score.Side> side) {
        if (side.isEmpty() || side.get().bitsPerByte().isEmpty()) return null;
        return finite(side.get().bitsPerByte().getAsDouble());
    }

    private static @Nullable ScoreKind kind(Optional<Score.Side> side) {
        return side.isEmpty() ? null : side.get().kind();
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
