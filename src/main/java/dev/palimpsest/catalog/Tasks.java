package dev.palimpsest.catalog;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.evaluation.BenchmarkFile;
import dev.palimpsest.evaluation.BenchmarkFolder;
import dev.palimpsest.evaluation.BuiltInTask;
import dev.palimpsest.evaluation.BuiltInTasks;
import dev.palimpsest.evaluation.Protocol;
import dev.palimpsest.home.Home;
import dev.palimpsest.home.Settings;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** All tasks, their items written to the home folder when first needed. */
@Component
public class Tasks {
    private final Home home;
    private final BenchmarkFolder benchmarks;
    private final Map<Asked, RegisteredTask> registered = new ConcurrentHashMap<>();

    private record Asked(String task, Protocol protocol) {}

    Tasks(Home home, Settings settings) {
        this.home = home;
        this.benchmarks = new BenchmarkFolder(settings.benchmarks());
    }

    /** As it is usually asked. */
    public Optional<RegisteredTask> named(String name) {
        return named(name, EvaluationPlan.usual());
    }

    /** As a plan asks it. */
    public Optional<RegisteredTask> named(String name, EvaluationPlan plan) {
        return BuiltInTasks.named(name).map(task -> asked(task, task.protocol(plan)));
    }

    /** By name. */
    public List<RegisteredTask> all() {
        return BuiltInTasks.all().stream()
                .sorted(Comparator.comparing(BuiltInTask::name))
                .flatMap(task -> named(task.name()).stream())
                .toList();
    }

    /** What is missing may come, so only what can be asked is remembered. */
    private RegisteredTask asked(BuiltInTask task, Protocol protocol) {
        List<String> missing = task.sources(benchmarks).missing();
        if (missing.isEmpty())
            return registered.computeIfAbsent(
                    new Asked(task.name(), protocol), _ -> register(task, protocol));
        return unavailable(
                task,
                protocol,
                "the task '%s' needs the file %s, which is not in %s; put it there, or name its folder by palimpsest.benchmarks"
                        .formatted(task.name(), String.join(", ", missing), benchmarks.path()));
    }

    private static RegisteredTask unavailable(BuiltInTask task, Protocol protocol, String reason) {
        return new RegisteredTask(
                task.task().under(protocol.convention()),
                protocol,
                List.of(),
                reason,
                Optional.empty());
    }

    private RegisteredTask register(BuiltInTask task, Protocol protocol) {
        try {
            List<RegisteredTask.SourceFile> sources = new ArrayList<>();
            for (BenchmarkFile file : task.sources(benchmarks).there())
                sources.add(new RegisteredTask.SourceFile(file.name(), file.sha256()));
            Path items = home.tasks().resolve(fileName(task, protocol, sources));
            if (!Files.exists(items)) {
                Path partial = Files.createTempFile(home.tasks(), ".partial-", null);
                task.write(partial, benchmarks, protocol);
                Files.move(partial, items, StandardCopyOption.ATOMIC_MOVE);
            }
            try (Stream<String> lines = Files.lines(items)) {
                return new RegisteredTask(
                        task.task().under(protocol.convention()),
                        protocol,
                        sources,
                        null,
                        Optional.of(
                                new RegisteredTask.Content(
                                        items, Sha256.of(items), lines.count())));
            }
        } catch (InvalidData faulty) {
            return unavailable(
                    task,
                    protocol,
                    "the task '%s' cannot be asked: %s"
                            .formatted(task.name(), faulty.getMessage()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Other files or another protocol make another name. */
    private static String fileName(
            BuiltInTask task, Protocol protocol, List<RegisteredTask.SourceFile> sources) {
        if (sources.isEmpty()) return task.name() + ".jsonl";
        String from =
                sources.stream()
                        .map(RegisteredTask.SourceFile::sha256)
                        .collect(
                                Collectors.joining(
                                        "\n",
                                        "",
                                        "\n%s\n%d"
                                                .formatted(
                                                        protocol.words(), task.task().version())));
        return "%s-%s.jsonl".formatted(task.name(), Sha256.of(from).substring(0, 16));
    }
}
