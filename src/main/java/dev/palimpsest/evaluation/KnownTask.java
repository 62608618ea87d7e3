package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.EvaluationPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A task that can be asked, and how its items are written out. */
public sealed interface KnownTask permits KnownTask.Bundled, Benchmark, FixedBenchmark {
    Task task();

    /** How a plan asks it. */
    Protocol protocol(EvaluationPlan plan);

    /** The files that its items come from. */
    Sources sources(BenchmarkFiles files);

    /** Its items, in order. */
    List<? extends Record> items(BenchmarkFiles files, Protocol protocol);

    /** What is there of a task's files, and the names of those it lacks. */
    record Sources(List<BenchmarkFile> there, List<String> missing) {}

    /** A task whose items are made of texts that come with the service. */
    record Bundled(Task task, Supplier<List<? extends Record>> made) implements KnownTask {
        @Override
        public Protocol protocol(EvaluationPlan plan) {
            return Protocol.harness(0);
        }

        @Override
        public Sources sources(BenchmarkFiles files) {
            return new Sources(List.of(), List.of());
        }

        @Override
        public List<? extends Record> items(BenchmarkFiles files, Protocol protocol) {
            return made.get();
        }
    }

    default String name() {
        return task().name();
    }

    /** Writes its items, one line of JSON each. */
    default void write(Path file, BenchmarkFiles files, Protocol protocol) throws IOException {
        try (var lines = Files.newBufferedWriter(file)) {
            for (Record item : items(files, protocol))
                lines.append(Binder.JSON.writeValueAsString(item)).append('\n');
        }
    }
}
