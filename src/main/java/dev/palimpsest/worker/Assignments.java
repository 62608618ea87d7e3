package dev.palimpsest.worker;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Damaged;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Dataset;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Branches;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Guarded;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.Fingerprint;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.AdapterSource;
import dev.palimpsest.spec.Branch;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Precision;
import dev.palimpsest.spec.Scorer;
import dev.palimpsest.trainer.Run;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Turns a job's names into paths, and finds what of it is done already. */
@Component
class Assignments {
    private static final Logger LOG = LoggerFactory.getLogger(Assignments.class);

    private final Turns turns;
    private final Jobs jobs;
    private final Branches branches;
    private final Experiments experiments;
    private final Checkpoints checkpoints;
    private final Evaluations evaluations;
    private final Metrics metrics;
    private final Models models;
    private final Datasets datasets;
    private final Tasks tasks;
    private final Home home;
    private final Artifacts artifacts;
    private final Clock clock;

    Assignments(
            Turns turns,
            Jobs jobs,
            Branches branches,
            Experiments experiments,
            Checkpoints checkpoints,
            Evaluations evaluations,
            Metrics metrics,
            Models models,
            Datasets datasets,
            Tasks tasks,
            Home home,
            Artifacts artifacts,
            Clock clock) {
        this.turns = turns;
        this.jobs = jobs;
        this.branches = branches;
        this.experiments = experiments;
        this.checkpoints = checkpoints;
        this.evaluations = evaluations;
        this.metrics = metrics;
        this.models = models;
        this.datasets = datasets;
        this.tasks = tasks;
        this.home = home;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    Assignment of(Turn turn, Device device) {
        Job job = jobs.findById(turn.job()).orElseThrow();
        Experiment experiment = experiments.findById(job.experiment()).orElseThrow();
        BaseModel model =
                models.findByName(job.baseModel())
                        .filter(BaseModel::isReady)
                        .orElseThrow(() -> gone("model", job.baseModel()));
        Map<RegisteredTask, Run.Role> roles = new LinkedHashMap<>();
        EvaluationPlan plan = job.spec().evaluation();
        experiment.learningTasks().forEach(name -> roles.put(task(name, plan), Run.Role.LEARNING));
        experiment
                .forgettingTasks()
                .forEach(name -> roles.put(task(name, plan), Run.Role.FORGETTING));
        boolean byTrainer = plan.by() == Scorer.TRAINER;
        String content = model.contentHash().orElseThrow();
        String engine =
                Engine.of(device.kind(), job.spec().training().precision() != Precision.FP32);
        Run run =
                new Run(
                        turn.job(),
                        turn.attempt(),
                        job.spec(),
                        model.directory(artifacts).toString(),
                        data(job.spec().dataset().train()),
                        validation(job.spec().dataset().validation()),
                        byTrainer
                                ? roles.entrySet().stream()
                                        .map(entry -> run(entry.getKey(), entry.getValue()))
                                        .toList()
                                : List.of(),
                        home.jobs()
                                .resolve(turn.job())
                                .resolve("attempt-" + turn.attempt())
                                .toString(),
                        resumeFrom(turn.job()),
                        adapter(job.spec()).map(Path::toString).orElse(null),
                        evaluated(turn.job()),
                        byTrainer ? base(turn, job, content, roles.keySet(), engine) : Map.of(),
                        device.threads(),
                        device.kind(),
                        past(job),
                        home.tokens().toString(),
                        trunk(job.spec()));
        return new Assignment(
                turn,
                home.root(),
                run,
                job.baseModel(),
                content,
                contents(roles.keySet()),
                job.spec().evaluation().limit(),
                job.spec().checkpoints(),
                engine,
                job.timeLeft().orElse(null));
    }

    /** The checkpoints that are stored with all that is needed to go on, the newest first. */
    private List<String> resumeFrom(String job) {
        return checkpoints.newestFirst(job).stream()
                .filter(Checkpoint::resumable)
                .map(checkpoint -> at(checkpoint).toString())
                .toList();
    }

    /** The trainer names one that is damaged and passes it over. */
    private Path at(Checkpoint checkpoint) {
        try {
            return checkpoint.at(artifacts);
        } catch (Damaged damaged) {
            LOG.warn("{} cannot be resumed from: {}", checkpoint.id(), damaged.getMessage());
            return home.root().resolve(checkpoint.folder());
        }
    }

    private Run.@Nullable Trunk trunk(JobSpec spec) {
        Branch branch = spec.branch();
        if (branch == null) return null;
        long steps =
                jobs.findById(branch.job())
                        .flatMap(Job::totalSteps)
                        .orElseThrow(() -> gone("job", branch.job()));
        Checkpoint start =
                branches.start(spec)
                        .orElseThrow(() -> new CannotRun(Branches.noStart(spec, branch)));
        return new Run.Trunk(start.at(artifacts).toString(), start.step(), steps);
    }

    private Optional<Path> adapter(JobSpec spec) {
        if (!(spec.method() instanceof Method.Lora lora) || lora.adapter() == null)
            return Optional.empty();
        return Optional.of(
                switch (lora.adapter()) {
                    case AdapterSource.Directory(String path) -> Path.of(path);
                    case AdapterSource.Checkpoint(String id) ->
                            checkpoints
                                    .find(id)
                                    .map(found -> found.verified(artifacts))
                                    .orElseThrow(() -> gone("checkpoint", id));
                });
    }

    /** The base model is left out: what is known of it is told by its metrics. */
    private List<String> evaluated(String job) {
        return evaluations.ofJobs(List.of(job)).stream()
                .filter(evaluation -> evaluation.step() > 0)
                .map(evaluation -> evaluation.task() + "@" + evaluation.step())
                .toList();
    }

    /** What guards go by, where there are any. */
    private Run.Past past(Job job) {
        if (job.spec().guards().isEmpty()) return Run.Past.NONE;
        List<Run.Measurement> measured =
                Run.Past.WATCHED.stream()
                        .flatMap(
                                metric ->
                                        metrics.finite(job.id(), metric).entrySet().stream()
                                                .map(
                                                        point ->
                                                                new Run.Measurement(
                                                                        metric,
                                                                        point.getKey(),
                                                                        point.getValue())))
                        .toList();
        return new Run.Past(
                measured,
                job.guarded().map(Guarded::step).orElse(0L),
                job.guarded().filter(Guarded::ended).isPresent());
    }

    /** Scores of the base model that another job had computed are this job's too. */
    private Map<String, Double> base(
            Turn turn, Job job, String content, Iterable<RegisteredTask> itsTasks, String engine) {
        Map<String, Double> known = new HashMap<>();
        for (RegisteredTask task : itsTasks) {
            String fingerprint =
                    new Fingerprint(
                                    content,
                                    task.name(),
                                    task.task().version(),
                                    content(task).hash(),
                                    task.protocol().words(),
                                    job.spec().evaluation().limit(),
                                    engine)
                            .sum();
            Optional<Map<String, Measure>> found = evaluations.find(fingerprint);
            if (found.isEmpty()) continue;
            turns.file(turn, _ -> place(job.id(), task.name(), fingerprint, found.get()));
            known.put(task.name(), task.task().primaryOf(found.get()));
        }
        return known;
    }

    /** With every metric, of which a trainer is told only the primary one. */
    private void place(String job, String task, String fingerprint, Map<String, Measure> measures) {
        evaluations.place(job, 0, fingerprint);
        metrics.file(job, 0, task, measures, clock.instant());
    }

    private static Map<String, Assignment.TaskContent> contents(Iterable<RegisteredTask> all) {
        Map<String, Assignment.TaskContent> contents = new HashMap<>();
        for (RegisteredTask task : all)
            contents.put(
                    task.name(),
                    new Assignment.TaskContent(
                            task.task().version(), content(task).hash(), task.protocol()));
        return contents;
    }

    private Run.@Nullable Data validation(@Nullable String name) {
        return name == null ? null : data(name);
    }

    private Run.Data data(String name) {
        Dataset dataset =
                datasets.findByName(name)
                        .filter(Dataset::isReady)
                        .orElseThrow(() -> gone("dataset", name));
        return new Run.Data(
                dataset.file(artifacts).toString(),
                dataset.format().name().toLowerCase(Locale.ROOT));
    }

    private RegisteredTask task(String name, EvaluationPlan plan) {
        return tasks.named(name, plan).orElseThrow(() -> gone("task", name));
    }

    private static RegisteredTask.Content content(RegisteredTask task) {
        return task.contentOr(CannotRun::new);
    }

    private static Run.TaskRun run(RegisteredTask task, Run.Role role) {
        return new Run.TaskRun(
                task.name(), content(task).items().toString(), role, task.definition());
    }

    private static CannotRun gone(String kind, String name) {
        return new CannotRun(
                "the %s '%s' is no longer there; register it again and retry the job"
                        .formatted(kind, name));
    }
}
