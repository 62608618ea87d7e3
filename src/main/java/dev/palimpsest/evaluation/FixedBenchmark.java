package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.EvaluationPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A benchmark that is asked in one way, with the exemplars it came with, if any.
 *
 * @param file of its rows
 */
record FixedBenchmark(
        Task task, String file, Function<List<BenchmarkRow>, List<? extends Record>> made)
        implements KnownTask {
    @Override
    public Protocol protocol(EvaluationPlan plan) {
        return Protocol.harness(0);
    }

    @Override
    public Sources sources(BenchmarkFiles files) {
        Optional<BenchmarkFile> found = files.find(file);
        return new Sources(found.stream().toList(), found.isPresent() ? List.of() : List.of(file));
    }

    @Override
    public List<? extends Record> items(BenchmarkFiles files, Protocol protocol) {
        try {
            List<? extends Record> items =
                    made.apply(files.find(file).orElseThrow().rows(row -> row));
            if (items.isEmpty()) throw new InvalidData(file + " has no problem to be asked");
            return items;
        } catch (IOException broken) {
            throw new UncheckedIOException(
                    "the file of %s cannot be read".formatted(name()), broken);
        }
    }
}
