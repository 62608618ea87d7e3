package dev.palimpsest.archive;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Dataset;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.StepScores;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Writes an experiment as it is at one moment, row by row: nothing is held but a row. */
@Component
class WriteArchive {
    static final String ITEMS = "items.jsonl";
    private static final int ROWS_AT_ONCE = 200;

    private static final String PAGES =
            """
            select i.evaluation, i.items from evaluation_items i where exists (
                select from job_evaluations je join jobs j on j.id = je.job
                where je.evaluation = i.evaluation and j.experiment = ?) order by i.evaluation, i.page
            """;

    private final Experiments experiments;
    private final Jobs jobs;
    private final Checkpoints checkpoints;
    private final StepScores scores;
    private final Models models;
    private final Datasets datasets;
    private final Tasks tasks;
    private final Artifacts artifacts;
    private final JdbcTemplate rows;
    private final TransactionTemplate moment;
    private final Clock clock;

    WriteArchive(
            Experiments experiments,
            Jobs jobs,
            Checkpoints checkpoints,
            StepScores scores,
            Models models,
            Datasets datasets,
            Tasks tasks,
            Artifacts artifacts,
            JdbcTemplate template,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.experiments = experiments;
        this.jobs = jobs;
        this.checkpoints = checkpoints;
        this.scores = scores;
        this.models = models;
        this.datasets = datasets;
        this.tasks = tasks;
        this.artifacts = artifacts;
        this.rows = new JdbcTemplate(Objects.requireNonNull(template.getDataSource()));
        this.rows.setFetchSize(ROWS_AT_ONCE);
        this.moment = new TransactionTemplate(transactions);
        this.moment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.moment.setReadOnly(true);
        this.clock = clock;
    }

    /** Refuses what cannot be written whole, before the first byte is sent. */
    void prepare(String id, boolean weights) {
        Experiment experiment = experiments.named(id);
        List<Job> its = jobs.findByExperimentOrderById(id);
        long unfinished = its.stream().filter(job -> !job.status().terminal()).count();
        if (unfinished > 0)
            throw new Conflict(
                    "experiment %s has %d jobs that have not ended; an archive holds what has: wait for them or cancel them"
                            .formatted(id, unfinished));
        if (weights) its.forEach(job -> present(job.id()).forEach(this::requireFiles));
        scores.of( // so that those of complete steps are kept
                its.stream().map(Job::id).toList(),
                known(experiment.learningTasks()),
                known(experiment.forgettingTasks()));
    }

    void write(String id, boolean weights, OutputStream out) {
        moment.executeWithoutResult(
                _ -> {
                    try (ArchiveWriter archive = new ArchiveWriter(out)) {
                        Experiment experiment = experiments.named(id);
                        for (Table table : Table.ALL)
                            archive.text(table.member(), lines -> lines(table, id, lines));
                        archive.text(ITEMS, lines -> items(id, lines));
                        archive.text(
                                Catalogue.NAME,
                                json ->
                                        json.write(
                                                Binder.JSON.writeValueAsBytes(
                                                        catalogue(experiment))));
                        if (weights)
                            for (Job job : jobs.findByExperimentOrderById(id))
                                for (Checkpoint checkpoint : present(job.id()))
                                    write(checkpoint, archive);
                        archive.manifest(id, clock.instant());
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                });
    }

    private void lines(Table table, String experiment, OutputStream out) {
        RowCallbackHandler each =
                row -> write(row.getString(1).getBytes(StandardCharsets.UTF_8), out);
        rows.query(table.rows(), each, experiment);
    }

    /** An item a line, whatever the pages in which they are kept. */
    private void items(String experiment, OutputStream out) {
        RowCallbackHandler each =
                row -> {
                    for (ItemResult item : Evaluations.unpacked(row.getBytes("items")))
                        write(
                                Binder.JSON.writeValueAsBytes(
                                        new Item(row.getString("evaluation"), item)),
                                out);
                };
        rows.query(PAGES, each, experiment);
    }

    /** A line of the items' member. */
    record Item(String evaluation, ItemResult item) {}

    private static void write(byte[] line, OutputStream out) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private List<Checkpoint> present(String job) {
        return checkpoints.newestFirst(job).reversed().stream()
                .filter(Checkpoint::present)
                .toList();
    }

    private void requireFiles(Checkpoint checkpoint) {
        checkpoint
                .missing(artifacts)
                .ifPresent(
                        file -> {
                            throw new Conflict(
                                    "file %s of checkpoint %s is no longer on the disk; ask for the archive without weights"
                                            .formatted(file.path(), checkpoint.id()));
                        });
    }

    private void write(Checkpoint checkpoint, ArchiveWriter archive) throws IOException {
        Path folder = artifacts.at(checkpoint.folder(), Checkpoint.artifacts(checkpoint.weights()));
        for (Checkpoint.File file : checkpoint.weights()) {
            String sum =
                    archive.weights(
                            weightsMember(checkpoint.id(), file),
                            out -> Files.copy(folder.resolve(file.path()), out));
            if (!sum.equals(file.sha256()))
                throw new IOException(
                        "file %s of checkpoint %s is damaged: its sum is %s, not %s"
                                .formatted(file.path(), checkpoint.id(), sum, file.sha256()));
        }
    }

    static String weightsMember(String checkpoint, Checkpoint.File file) {
        return "checkpoints/%s/%s".formatted(checkpoint, file.path());
    }

    private List<Task> known(List<String> names) {
        return names.stream()
                .flatMap(name -> tasks.named(name).stream())
                .map(RegisteredTask::task)
                .toList();
    }

    private Catalogue catalogue(Experiment experiment) {
        TreeSet<String> named = new TreeSet<>();
        for (Job job : jobs.findByExperimentOrderById(experiment.id())) {
            named.add(job.spec().dataset().train());
            Optional.ofNullable(job.spec().dataset().validation()).ifPresent(named::add);
        }
        return new Catalogue(
                model(experiment.baseModel()),
                named.stream().map(this::dataset).toList(),
                Stream.of(experiment.learningTasks(), experiment.forgettingTasks())
                        .flatMap(List::stream)
                        .map(this::task)
                        .toList());
    }

    private Catalogue.Model model(String name) {
        Optional<BaseModel> model = models.findByName(name);
        return new Catalogue.Model(
                name,
                model.flatMap(BaseModel::contentHash).orElse(null),
                model.flatMap(BaseModel::parameters).orElse(null),
                model.flatMap(BaseModel::architecture).map(WriteArchive::tree).orElse(null));
    }

    private Catalogue.Dataset dataset(String name) {
        Optional<Dataset> dataset = datasets.findByName(name);
        return new Catalogue.Dataset(
                name,
                dataset.flatMap(Dataset::contentHash).orElse(null),
                dataset.flatMap(Dataset::documents).orElse(null));
    }

    private Catalogue.Task task(String name) {
        Optional<RegisteredTask> task = tasks.named(name);
        return new Catalogue.Task(
                name,
                task.map(found -> found.task().version()).orElse(null),
                task.flatMap(RegisteredTask::content)
                        .map(RegisteredTask.Content::hash)
                        .orElse(null),
                task.map(RegisteredTask::definition).map(WriteArchive::tree).orElse(null));
    }

    private static JsonNode tree(Object value) {
        return Binder.JSON.valueToTree(value);
    }
}
