package dev.palimpsest.catalog;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.evaluation.BenchmarkFile;
import dev.palimpsest.evaluation.KnownTask;
import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.Conflict;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Takes in and deletes tasks of a team's own. */
@Component
class TaskDesk {
    private final Tasks tasks;
    private final CustomTasks custom;
    private final Datasets datasets;
    private final DatasetRows rows;
    private final List<InUse> users;
    private final Clock clock;

    TaskDesk(
            Tasks tasks,
            CustomTasks custom,
            Datasets datasets,
            DatasetRows rows,
            List<InUse> users,
            Clock clock) {
        this.tasks = tasks;
        this.custom = custom;
        this.datasets = datasets;
        this.rows = rows;
        this.users = users;
        this.clock = clock;
    }

    /** Every row is asked once without a model, so that what is stored can be scored. */
    RegisteredTask define(TaskDefinition definition) throws IOException {
        CurrentProject.requireOwn(definition.name());
        if (tasks.named(definition.name()).isPresent()) throw taken(definition.name());
        Faults faults = new Faults();
        dataset(definition.dataset(), "/dataset", faults);
        dataset(definition.exemplarDataset(), "/exemplar_dataset", faults);
        faults.raise();
        definition.check(file(definition.dataset()));
        if (definition.exemplarDataset() != null)
            definition.check(file(definition.exemplarDataset()));
        KnownTask task = definition.task();
        try {
            var _ = task.items(rows, task.protocol(EvaluationPlan.usual()));
        } catch (InvalidData tooFew) {
            throw new InvalidSpec("/few_shot", String.valueOf(tooFew.getMessage()));
        }
        try {
            custom.saveAndFlush(new CustomTask(definition, clock.instant()));
        } catch (DataIntegrityViolationException _) { // another took the name or a dataset away
            throw taken(definition.name());
        }
        return tasks.named(definition.name()).orElseThrow(() -> taken(definition.name()));
    }

    private void dataset(@Nullable String name, String pointer, Faults faults) {
        if (name == null) return;
        Optional<Dataset> dataset = datasets.findByName(name);
        faults.require(
                dataset.isPresent(),
                pointer,
                "there is no dataset '%s'; GET /api/v1/datasets lists those there are"
                        .formatted(name));
        dataset.ifPresent(
                found ->
                        faults.require(
                                found.isReady(),
                                pointer,
                                "'%s' is %s; a task needs a ready dataset"
                                        .formatted(name, found.status().word())));
        dataset.flatMap(Dataset::documents)
                .ifPresent(
                        count ->
                                faults.require(
                                        count <= TaskDefinition.MOST_ROWS,
                                        pointer,
                                        "has %,d rows; a task has at most %,d, so register a part of them"
                                                .formatted(count, TaskDefinition.MOST_ROWS)));
    }

    private BenchmarkFile file(String dataset) {
        return rows.find(dataset).orElseThrow(() -> DatasetController.missing(dataset));
    }

    @Transactional
    void delete(String name) {
        CustomTask task =
                custom.findById(name)
                        .orElseThrow(
                                () ->
                                        tasks.named(name).isPresent()
                                                ? new Conflict(
                                                        "task '%s' is built in and cannot be deleted"
                                                                .formatted(name))
                                                : TaskController.missing(name));
        users.stream()
                .map(user -> user.userOfTask(name))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(
                        user -> {
                            throw new Conflict(
                                    "task '%s' is used by %s; delete that first"
                                            .formatted(name, user));
                        });
        custom.delete(task);
    }

    private static Conflict taken(String name) {
        return new Conflict(
                "there is a task '%s' already; delete it first or choose another name"
                        .formatted(name));
    }
}
