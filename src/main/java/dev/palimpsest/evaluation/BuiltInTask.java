package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.EvaluationPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A task that every installation has, and how its items are written out. */
public sealed interface BuiltInTask permits BuiltInTask.Bundled, Benchmark, FixedBenchmark {
    Task task();

    /** How a plan asks it. */
    Protocol protocol(EvaluationPlan plan);

    /** The files of the benchmarks' folder that its items come from. */
    Sources sources(BenchmarkFolder folder);

    /** Its items, in order. */
    List<? extends Record> items(BenchmarkFolder folder, Protocol protocol);

    /** What is there of a task's files, and the names of those it lacks. */
    record Sources(List<BenchmarkFile> there, List<String> missing) {}

    /** A task whose items are made of texts that come with the service. */
    record Bundled(Task task, Supplier<List<? extends Record>> made) implements BuiltInTask {
        @Override
        public Protocol protocol(EvaluationPlan plan) {
            return Protocol.harness(0);
        }

        @Override
        public Sources sources(BenchmarkFolder folder) {
            return new Sources(List.of(), List.of());
        }

        @Override
        public List<? extends Record> items(BenchmarkFolder folder, Protocol protocol) {
            return made.get();
        }
    }

    default String name() {
        return task().name();
    }

    /** Writes its items, one line of JSON each. */
    default void write(Path file, BenchmarkFolder folder, Protocol protocol) throws IOException {
        try (var lines = Files.newBufferedWriter(file)) {
            for (Record item : items(folder, protocol))
                lines.append(Binder.JSON.writeValueAsString(item)).append('\n');
        }
    }
}
