package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Damaged;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.evaluation.BenchmarkFile;
import dev.palimpsest.evaluation.BenchmarkFiles;
import dev.palimpsest.evaluation.BenchmarkFolder;
import dev.palimpsest.evaluation.BuiltInTasks;
import dev.palimpsest.evaluation.KnownTask;
import dev.palimpsest.evaluation.Protocol;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.evaluation.TaskDefinition;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** All tasks, their items written to the home folder when first needed. */
@Component
public class Tasks {
    private static final String SUFFIX = ".jsonl";

    private final Home home;
    private final BenchmarkFolder folder;
    private final DatasetRows rows;
    private final CustomTasks custom;
    private final Map<Asked, RegisteredTask> registered = new ConcurrentHashMap<>();

    private record Asked(String task, Protocol protocol, String rules, List<String> contents) {}

    Tasks(Home home, Settings settings, DatasetRows rows, CustomTasks custom) {
        this.home = home;
        this.folder = new BenchmarkFolder(settings.benchmarks());
        this.rows = rows;
        this.custom = custom;
    }

    /** As it is usually asked. */
    public Optional<RegisteredTask> named(String name) {
        return named(name, EvaluationPlan.usual());
    }

    /** As a plan asks it. */
    public Optional<RegisteredTask> named(String name, EvaluationPlan plan) {
        return BuiltInTasks.named(name)
                .map(task -> new Origin(task, this::benchmark, null))
                .or(() -> custom.findById(name).map(CustomTask::definition).map(this::origin))
                .map(origin -> asked(origin, origin.task().protocol(plan)));
    }

    /** By name. */
    public List<RegisteredTask> all() {
        return Stream.concat(
                        BuiltInTasks.all().stream().map(KnownTask::name),
                        custom.findAll().stream().map(CustomTask::name))
                .sorted()
                .flatMap(name -> named(name).stream())
                .toList();
    }

    /** A task, where its rows are found, and what defines it if it is a team's own. */
    private record Origin(
            KnownTask task, BenchmarkFiles files, @Nullable TaskDefinition definition) {
        KnownTask.Sources sources() {
            return task.sources(files);
        }

        String rules() {
            return definition == null ? "" : definition.rules();
        }
    }

    private Origin origin(TaskDefinition definition) {
        return new Origin(definition.task(), rows, definition);
    }

    /** A file of the benchmarks' folder, or a dataset that is named as that file would be. */
    private Optional<BenchmarkFile> benchmark(String file) {
        return folder.find(file).or(() -> rows.find(dataset(file)));
    }

    private static String dataset(String file) {
        return file.substring(0, file.length() - SUFFIX.length()).toLowerCase(Locale.ROOT);
    }

    /** What is missing may come, so only what can be asked is remembered. */
    private RegisteredTask asked(Origin origin, Protocol protocol) {
        KnownTask.Sources sources = origin.sources();
        if (sources.missing().isEmpty()) {
            Asked asked =
                    new Asked(
                            origin.task().name(),
                            protocol,
                            origin.rules(),
                            sources.there().stream().map(BenchmarkFile::content).toList());
            try {
                return registered.computeIfAbsent(asked, _ -> register(origin, protocol));
            } catch (Damaged damaged) {
                return unavailable(
                        origin,
                        protocol,
                        "the task '%s' cannot be asked: %s"
                                .formatted(origin.task().name(), damaged.getMessage()));
            }
        }
        String file = sources.missing().getFirst();
        return unavailable(
                origin,
                protocol,
                "the task '%s' needs the file %s, which is not in %s; put it there, name its folder by palimpsest.benchmarks, or register its rows as the dataset '%s' with the format rows"
                        .formatted(origin.task().name(), file, folder.path(), dataset(file)));
    }

    private static RegisteredTask unavailable(Origin origin, Protocol protocol, String reason) {
        return new RegisteredTask(
                origin.task().task().under(protocol.convention()),
                protocol,
                List.of(),
                reason,
                Optional.empty(),
                origin.definition());
    }

    private RegisteredTask register(Origin origin, Protocol protocol) {
        KnownTask task = origin.task();
        try {
            List<RegisteredTask.SourceFile> sources = new ArrayList<>();
            for (BenchmarkFile file : origin.sources().there())
                sources.add(new RegisteredTask.SourceFile(file.name(), file.sha256()));
            Path items = home.tasks().resolve(fileName(origin, protocol, sources));
            if (!Files.exists(items)) {
                Path partial = Files.createTempFile(home.tasks(), ".partial-", null);
                task.write(partial, origin.files(), protocol);
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
                                        items, content(origin, items), lines.count())),
                        origin.definition());
            }
        } catch (InvalidData faulty) {
            return unavailable(
                    origin,
                    protocol,
                    "the task '%s' cannot be asked: %s"
                            .formatted(task.name(), faulty.getMessage()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A team's own task may be deleted and come back with other rules for equal items. */
    private static String content(Origin origin, Path items) throws IOException {
        String sum = Sha256.of(items);
        return origin.definition() == null ? sum : Sha256.of(sum + "\n" + origin.rules());
    }

    /** Other files or another protocol make another name. */
    private static String fileName(
            Origin origin, Protocol protocol, List<RegisteredTask.SourceFile> sources) {
        Task task = origin.task().task();
        if (sources.isEmpty()) return task.name() + SUFFIX;
        String from =
                sources.stream()
                        .map(RegisteredTask.SourceFile::sha256)
                        .collect(
                                Collectors.joining(
                                        "\n",
                                        "",
                                        "\n%s\n%d%s"
                                                .formatted(
                                                        protocol.words(),
                                                        task.version(),
                                                        origin.rules())));
        return "%s-%s%s".formatted(task.name(), Sha256.of(from).substring(0, 16), SUFFIX);
    }
}
