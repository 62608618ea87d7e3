package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.EvaluationPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A benchmark, asked as lm-evaluation-harness or the Gauntlet asks it.
 *
 * @param file of its documents
 * @param training whose documents are exemplars; where it is not there, those of the file are
 * @param fewShot how many exemplars it usually has
 * @param spares see {@link Rendering}
 */
record Benchmark(
        Task task,
        String file,
        String training,
        int fewShot,
        boolean spares,
        Function<BenchmarkRow, ? extends Question> question)
        implements KnownTask {

    @Override
    public Protocol protocol(EvaluationPlan plan) {
        boolean knowsIt = !task.under(plan.rules()).equals(task);
        return new Protocol(
                knowsIt ? plan.rules() : Convention.LM_EVAL,
                plan.fewShot().getOrDefault(name(), fewShot),
                plan.exemplars());
    }

    @Override
    public Sources sources(BenchmarkFiles files) {
        Optional<BenchmarkFile> found = files.find(file);
        List<BenchmarkFile> there = new ArrayList<>();
        found.ifPresent(there::add);
        files.find(training).ifPresent(there::add);
        return new Sources(there, found.isPresent() ? List.of() : List.of(file));
    }

    @Override
    public List<? extends Record> items(BenchmarkFiles files, Protocol protocol) {
        return rendering(files, protocol).all().stream().map(Record.class::cast).toList();
    }

    Rendering rendering(BenchmarkFiles files, Protocol protocol) {
        try {
            List<Rendering.Document> documents = files.find(file).orElseThrow().documents(question);
            Optional<BenchmarkFile> others = files.find(training);
            boolean needed = protocol.fewShot() > 0 && protocol.convention() == Convention.LM_EVAL;
            List<Rendering.Document> pool =
                    needed && others.isPresent() ? others.get().documents(question) : documents;
            if (protocol.fewShot() >= Math.min(pool.size(), documents.size()))
                throw new InvalidData(
                        "%d documents are too few for %d exemplars"
                                .formatted(pool.size(), protocol.fewShot()));
            return new Rendering(documents, pool, spares, protocol);
        } catch (IOException broken) {
            throw new UncheckedIOException(
                    "the files of %s cannot be read".formatted(name()), broken);
        }
    }
}
