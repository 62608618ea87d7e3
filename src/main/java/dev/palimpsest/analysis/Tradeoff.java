package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Dominance.Placed;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.web.Csv;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

    /**
     * A checkpoint's score; {@code score_kind}s say what its numbers are.
     *
     * @param learningStderr of the items that were asked
     * @param dominatedBy up to three of the front that learned no less and forgot no more, the
     *     nearest first
     * @param words by how much the first of those did
     */
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
            @Nullable Double learningStderr,
            @Nullable Double sourceStderr,
            @Nullable Double learningBitsPerByte,
            @Nullable Double sourceBitsPerByte,
            @Nullable ScoreKind learningKind,
            @Nullable ScoreKind sourceKind,
            Measured measured,
            boolean onFront,
            List<String> dominatedBy,
            @Nullable String words) {}

    /** Checkpoints without a score on both sides have a point, and no place on the front. */
    static Tradeoff of(Optional<Score> base, List<Scored> scored) {
        Map<String, Placed> placed = new LinkedHashMap<>();
        for (Scored one : scored)
            placed(one).ifPresent(place -> placed.put(place.checkpoint(), place));
        List<String> front =
                Frontier.of(
                        placed.values().stream()
                                .map(
                                        one ->
                                                new Frontier.Point(
                                                        one.checkpoint(),
                                                        one.learning(),
                                                        one.forgetting()))
                                .toList());
        Set<String> onFront = new HashSet<>(front);
        Dominance dominance =
                new Dominance(
                        front.stream().map(one -> Objects.requireNonNull(placed.get(one))).toList(),
                        List.copyOf(placed.values()));
        List<Point> points = new ArrayList<>();
        for (Scored one : scored) {
            String checkpoint = one.place().checkpoint();
            Placed itself = placed.get(checkpoint);
            List<Placed> better = itself == null ? List.of() : dominance.of(itself);
            points.add(point(one, onFront.contains(checkpoint), itself, better));
        }
        return new Tradeoff(base.map(Tradeoff::base).orElse(null), points, front);
    }

    private static Optional<Placed> placed(Scored scored) {
        OptionalDouble forgetting = scored.score().forgetting(scored.base());
        if (scored.score().learning().isEmpty() || forgetting.isEmpty()) return Optional.empty();
        Score.Side learning = scored.score().learning().get();
        if (Double.isNaN(learning.score()) || Double.isNaN(forgetting.getAsDouble()))
            return Optional.empty();
        return Optional.of(
                new Placed(
                        scored.place().checkpoint(),
                        learning.score(),
                        forgetting.getAsDouble(),
                        learning.stderr(),
                        scored.score().source().orElseThrow().stderr()));
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

    private static Point point(
            Scored scored, boolean onFront, @Nullable Placed itself, List<Placed> better) {
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
                stderr(score.learning()),
                stderr(score.source()),
                bits(score.learning()),
                bits(score.source()),
                kind(score.learning()),
                kind(score.source()),
                scored.measured(),
                onFront,
                better.stream().map(Placed::checkpoint).toList(),
                itself == null || better.isEmpty()
                        ? null
                        : Dominance.words(better.getFirst(), itself));
    }

    private static @Nullable Double score(Optional<Score.Side> side) {
        return side.isEmpty() ? null : finite(side.get().score());
    }

    private static @Nullable Double stderr(Optional<Score.Side> side) {
        if (side.isEmpty() || side.get().stderr().isEmpty()) return null;
        return finite(side.get().stderr().getAsDouble());
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

    /** A line a point. */
    String csv() {
        Csv csv = new Csv();
        csv.line(
                List.of(
                        "job",
                        "checkpoint",
                        "method",
                        "rank",
                        "step",
                        "tokens",
                        "kind",
                        "learning",
                        "source_score",
                        "forgetting",
                        "learning_bits_per_byte",
                        "source_bits_per_byte",
                        "measured",
                        "on_front",
                        "dominated_by"));
        for (Point point : points) {
            List<@Nullable Object> line = new ArrayList<>();
            line.add(point.job());
            line.add(point.checkpoint());
            line.add(point.method());
            line.add(point.rank());
            line.add(point.step());
            line.add(point.tokens());
            line.add(point.kind());
            line.add(point.learning());
            line.add(point.sourceScore());
            line.add(point.forgetting());
            line.add(point.learningBitsPerByte());
            line.add(point.sourceBitsPerByte());
            line.add(point.measured().name().toLowerCase(Locale.ROOT));
            line.add(point.onFront());
            line.add(String.join(" ", point.dominatedBy()));
            csv.line(line);
        }
        return csv.text();
    }
}
