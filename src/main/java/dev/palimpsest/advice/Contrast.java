package dev.palimpsest.advice;

import dev.palimpsest.advice.Difference.Basis;
import dev.palimpsest.analysis.Estimate;
import dev.palimpsest.analysis.Estimate.Value;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A mean of differences between conditions, and its interval.
 *
 * <p>Each block is a weighted sum of conditions that are alike but for what is compared; their
 * weights add up to 0. A seed's value is the mean of its blocks, because blocks of one seed share
 * runs and are not independent. Over two seeds or more the interval is Student's t of those values.
 * With one seed a block's error is that of its items, and the mean of blocks is taken to be as
 * uncertain as a block is, as if they all erred together. Where no seed is on both sides, the means
 * over the seeds are compared, with the fewest degrees of freedom that a side has.
 */
record Contrast(List<Block> blocks) {
    /** One sum of conditions. */
    record Block(List<Term> terms) {
        static Block difference(Tuned more, Tuned less) {
            return new Block(List.of(new Term(more, 1), new Term(less, -1)));
        }

        /** One condition, or the mean of some, less that of others. */
        static Block difference(Collection<Tuned> more, Collection<Tuned> less) {
            return new Block(
                    Stream.concat(
                                    more.stream().map(one -> new Term(one, 1.0 / more.size())),
                                    less.stream().map(one -> new Term(one, -1.0 / less.size())))
                            .toList());
        }

        /** By how much it grows with x, by least squares. */
        static Block slope(Map<Double, Tuned> byX) {
            double mean = byX.keySet().stream().mapToDouble(x -> x).average().orElseThrow();
            double squares = byX.keySet().stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
            return new Block(
                    byX.entrySet().stream()
                            .map(at -> new Term(at.getValue(), (at.getKey() - mean) / squares))
                            .toList());
        }
    }

    /** A condition and its weight. */
    record Term(Tuned runs, double weight) {}

    /** A value and the error by its items, NaN where that is not known. */
    private record Read(double value, double stderr) {}

    /** A block, what is read in each of its conditions, and the seeds that all have. */
    private record Seeded(Block block, List<Map<Long, Value>> values, Set<Long> seeds) {
        static Seeded of(Block block, Function<Tuned, Map<Long, Value>> read) {
            List<Map<Long, Value>> values =
                    block.terms().stream().map(term -> read.apply(term.runs())).toList();
            Set<Long> common = new TreeSet<>(values.getFirst().keySet());
            for (Map<Long, Value> its : values) common.retainAll(its.keySet());
            return new Seeded(block, values, common);
        }

        boolean whole() {
            return values.stream().noneMatch(Map::isEmpty);
        }

        int fewest() {
            return values.stream().mapToInt(Map::size).min().orElseThrow();
        }

        Read of(long seed) {
            return sum(its -> Objects.requireNonNull(its.get(seed)));
        }

        /** Each condition by the mean over its own seeds. */
        Read ofMeans() {
            return sum(
                    its -> {
                        Estimate mean = Estimate.of(List.copyOf(its.values()));
                        return new Value(
                                mean.mean(),
                                mean.stderr() == null
                                        ? OptionalDouble.empty()
                                        : OptionalDouble.of(mean.stderr()));
                    });
        }

        private Read sum(Function<Map<Long, Value>, Value> value) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < values.size(); i++) {
                double weight = block.terms().get(i).weight();
                Value its = value.apply(values.get(i));
                sum += weight * its.value();
                squares += Math.pow(weight * its.stderr().orElse(Double.NaN), 2);
            }
            return new Read(sum, Math.sqrt(squares));
        }
    }

    static Contrast of(Tuned more, Tuned less) {
        return new Contrast(List.of(Block.difference(more, less)));
    }

    Optional<Difference> in(Measured measured) {
        return in(runs -> runs.values(measured));
    }

    /** Of what is read in each condition by seed; none where no block has it on all sides. */
    Optional<Difference> in(Function<Tuned, Map<Long, Value>> read) {
        List<Seeded> whole =
                blocks.stream().map(block -> Seeded.of(block, read)).filter(Seeded::whole).toList();
        if (whole.isEmpty()) return Optional.empty();
        List<Seeded> repeated = whole.stream().filter(block -> block.seeds().size() > 1).toList();
        if (!repeated.isEmpty()) return Optional.of(paired(repeated));
        List<Seeded> shared = whole.stream().filter(block -> !block.seeds().isEmpty()).toList();
        return Optional.of(shared.isEmpty() ? unpaired(whole) : single(shared));
    }

    /** By the seeds that all blocks have; where that are too few, by the block with the most. */
    private static Difference paired(List<Seeded> blocks) {
        Set<Long> common = new TreeSet<>(blocks.getFirst().seeds());
        for (Seeded block : blocks) common.retainAll(block.seeds());
        if (common.size() < 2)
            return paired(
                    List.of(
                            blocks.stream()
                                    .max(Comparator.comparingInt(block -> block.seeds().size()))
                                    .orElseThrow()));
        double[] values =
                common.stream()
                        .mapToDouble(
                                seed -> mean(blocks.stream().map(block -> block.of(seed)).toList()))
                        .toArray();
        return Difference.overSeeds(values, blocks.size(), jobs(blocks, common::contains));
    }

    private static Difference single(List<Seeded> blocks) {
        List<Read> values =
                blocks.stream().map(block -> block.of(block.seeds().iterator().next())).toList();
        return Difference.of(
                mean(values),
                error(values),
                null,
                Basis.ITEMS,
                1,
                blocks.size(),
                jobs(blocks, _ -> true));
    }

    private static Difference unpaired(List<Seeded> blocks) {
        int fewest = blocks.stream().mapToInt(Seeded::fewest).min().orElseThrow();
        List<Read> values = blocks.stream().map(Seeded::ofMeans).toList();
        return Difference.of(
                mean(values),
                error(values),
                fewest > 1 ? fewest - 1.0 : null,
                fewest > 1 ? Basis.RUNS : Basis.ITEMS,
                fewest,
                blocks.size(),
                jobs(blocks, _ -> true));
    }

    private static double mean(List<Read> values) {
        return values.stream().mapToDouble(Read::value).average().orElseThrow();
    }

    private static @Nullable Double error(List<Read> values) {
        double error = values.stream().mapToDouble(Read::stderr).average().orElseThrow();
        return Double.isNaN(error) ? null : error;
    }

    private static List<String> jobs(List<Seeded> blocks, Predicate<Long> seeds) {
        return blocks.stream()
                .flatMap(block -> block.block().terms().stream())
                .flatMap(term -> term.runs().bySeed().values().stream())
                .filter(run -> seeds.test(run.seed()))
                .map(Ended::job)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .toList();
    }
}
