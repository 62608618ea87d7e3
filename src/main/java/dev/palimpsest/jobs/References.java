package dev.palimpsest.jobs;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.ChatTemplates;
import dev.palimpsest.catalog.Dataset;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.ImportStatus;
import dev.palimpsest.catalog.LocalPaths;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.spec.AdapterSource;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Guard;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Training;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks that what a request names is there and fits; says all that does not at once. */
@Component
class References {
    private final Models models;
    private final Datasets datasets;
    private final ChatTemplates templates;
    private final LocalPaths paths;
    private final Tasks tasks;
    private final Checkpoints checkpoints;
    private final Jobs jobs;
    private final Branches branches;

    References(
            Models models,
            Datasets datasets,
            ChatTemplates templates,
            LocalPaths paths,
            Tasks tasks,
            Checkpoints checkpoints,
            Jobs jobs,
            Branches branches) {
        this.models = models;
        this.datasets = datasets;
        this.templates = templates;
        this.paths = paths;
        this.tasks = tasks;
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.branches = branches;
    }

    void check(ExperimentRequest request) {
        Faults faults = new Faults();
        Optional<BaseModel> model = models.findByName(request.baseModel());
        faults.require(model.isPresent(), "/base_model", noModel(request.baseModel()));
        model.filter(found -> found.status() == ImportStatus.FAILED)
                .ifPresent(
                        _ ->
                                faults.require(
                                        false,
                                        "/base_model",
                                        "'%s' could not be imported; register it again"
                                                .formatted(request.baseModel())));
        tasks(request.learningTasks(), "/learning_tasks", faults);
        tasks(request.forgettingTasks(), "/forgetting_tasks", faults);
        faults.raise();
    }

    /** A branch may be of a trunk that is planned only. */
    void check(JobSpec spec, Optional<Experiment> experiment, Optional<JobSpec> trunk) {
        Faults faults = new Faults();
        faults.require(
                experiment.isPresent(),
                "/experiment",
                "there is no experiment '%s'; POST /api/v1/experiments plans one"
                        .formatted(spec.experiment()));
        String named = spec.baseModel();
        Optional<BaseModel> model = Optional.empty();
        if (experiment.isPresent()) {
            String base = experiment.get().baseModel();
            faults.require(
                    named == null || named.equals(base),
                    "/base_model",
                    "must be the experiment's, '%s', got '%s'".formatted(base, named));
            if (experiment.get().unplanned())
                faults.require(
                        spec.external(),
                        "/executor",
                        "must be external: the experiment has no base model to train here");
            else model = model(base, spec.training(), faults);
            if (spec.external()) elsewhere(spec, faults);
            adapter(spec.method(), base, faults);
            asked(spec.evaluation(), experiment.get(), faults);
            guards(spec.guards(), experiment.get(), faults);
            if (trunk.isPresent()) branches.check(spec, trunk.get(), faults);
            else if (!spec.external())
                branches.check(spec.under(experiment.get().convention()), faults);
        } else if (named != null) {
            model = model(named, spec.training(), faults);
        }
        if (!spec.external()) {
            dataset(spec.dataset().train(), model, "/dataset/train", faults);
            dataset(spec.dataset().validation(), model, "/dataset/validation", faults);
        }
        points(spec.evaluation().at(), spec.training(), faults);
        faults.raise();
    }

    /** What only this service's own trainer could do. */
    private static void elsewhere(JobSpec spec, Faults faults) {
        faults.require(
                spec.evaluation().at().equals(EvaluationPlan.Points.NONE),
                "/evaluation/at",
                "belongs to jobs that are trained here; every checkpoint that is sent of an external one is scored");
        faults.require(
                spec.branch() == null,
                "/branch",
                "belongs to jobs that are trained here, as the trunk is");
    }

    /** The model, if it is ready. */
    private Optional<BaseModel> model(String name, Training training, Faults faults) {
        Optional<BaseModel> model = models.findByName(name);
        if (model.isEmpty()) {
            faults.require(false, "/base_model", noModel(name));
            return model;
        }
        faults.require(
                model.get().isReady(),
                "/base_model",
                "'%s' is %s; a job needs a ready model"
                        .formatted(name, model.get().status().word()));
        model.get()
                .architecture()
                .ifPresent(
                        architecture ->
                                faults.require(
                                        training.sequenceLength() <= architecture.longest(),
                                        "/training/sequence_length",
                                        "must be at most %d, the longest of '%s', got %d"
                                                .formatted(
                                                        architecture.longest(),
                                                        name,
                                                        training.sequenceLength())));
        return model.filter(BaseModel::isReady);
    }

    /** An adapter to start from is one, and was made for the same base model. */
    private void adapter(Method method, String base, Faults faults) {
        if (!(method instanceof Method.Lora lora)) return;
        switch (lora.adapter()) {
            case null -> {}
            case AdapterSource.Directory(String path) -> {
                Optional<String> fault = paths.fault(path);
                fault.ifPresent(why -> faults.refuse("/method/adapter/path", why));
                faults.require(
                        fault.isPresent() || Files.isDirectory(Path.of(path)),
                        "/method/adapter/path",
                        "there is no folder %s on the service's machine".formatted(path));
            }
            case AdapterSource.Checkpoint(String id) -> {
                Optional<Checkpoint> found = checkpoints.find(id);
                Optional<String> model =
                        found.flatMap(checkpoint -> jobs.findById(checkpoint.job()))
                                .map(Job::baseModel);
                faults.require(
                        found.isPresent()
                                && found.get().present()
                                && found.get().kind().equals("adapter"),
                        "/method/adapter/id",
                        "'%s' is no checkpoint of an adapter".formatted(id));
                faults.require(
                        model.isEmpty() || model.get().equals(base),
                        "/method/adapter/id",
                        "'%s' was made for '%s', the experiment's base model is '%s'"
                                .formatted(id, model.orElse(""), base));
            }
        }
    }

    /** A model's template writes conversations, or nothing can be trained or measured on them. */
    private void dataset(
            @Nullable String name, Optional<BaseModel> model, String pointer, Faults faults) {
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
                                "'%s' is %s; a job needs a ready dataset"
                                        .formatted(name, found.status().word())));
        Optional<Dataset> ready = dataset.filter(Dataset::isReady);
        ready.ifPresent(
                found ->
                        faults.require(
                                found.isForTraining(),
                                pointer,
                                "'%s' holds rows for tasks; a job needs text, prompt_completion or messages"
                                        .formatted(name)));
        if (ready.isPresent() && model.isPresent())
            templates
                    .refusal(model.get(), ready.get())
                    .ifPresent(
                            reason ->
                                    faults.require(
                                            false,
                                            pointer,
                                            "'%s' holds conversations, which '%s' cannot write: %s"
                                                    .formatted(name, model.get().name(), reason)));
    }

    private void tasks(List<String> names, String pointer, Faults faults) {
        for (int i = 0; i < names.size(); i++)
            faults.require(
                    tasks.named(names.get(i)).isPresent(),
                    pointer + "/" + i,
                    "there is no task '%s'; GET /api/v1/tasks lists those there are"
                            .formatted(names.get(i)));
    }

    /** Each task of the experiment can be asked as the plan says, by the experiment's rules. */
    private void asked(EvaluationPlan given, Experiment experiment, Faults faults) {
        Convention convention = experiment.convention();
        faults.require(
                given.convention() == null || given.convention() == convention,
                "/evaluation/convention",
                "must be the experiment's, %s, or left out: scores by two conventions are not compared"
                        .formatted(convention.name().toLowerCase(Locale.ROOT)));
        EvaluationPlan plan = given.under(convention);
        List<String> names =
                Stream.of(experiment.learningTasks(), experiment.forgettingTasks())
                        .flatMap(List::stream)
                        .toList();
        for (String name : names) {
            Optional<RegisteredTask> task = tasks.named(name, plan);
            String reason = task.map(RegisteredTask::unavailable).orElse(null);
            if (reason != null) faults.require(false, "/experiment", reason);
            task.ifPresent(
                    found ->
                            faults.require(
                                    plan.fewShot().getOrDefault(name, 0) <= found.fewShot(),
                                    "/evaluation/few_shot/" + name,
                                    "must be 0: this task has no exemplars"));
        }
        for (String name : plan.fewShot().keySet())
            faults.require(
                    names.contains(name),
                    "/evaluation/few_shot/" + name,
                    "is no task of the experiment; its tasks are " + String.join(", ", names));
    }

    private static void guards(List<Guard> guards, Experiment experiment, Faults faults) {
        for (int i = 0; i < guards.size(); i++)
            faults.require(
                    !(guards.get(i) instanceof Guard.Forgetting)
                            || !experiment.forgettingTasks().isEmpty(),
                    "/guards/" + i,
                    "can never act: it watches forgetting, and the experiment has no forgetting tasks");
    }

    /** Points past the end, as far as the spec alone tells where that is. */
    private static void points(EvaluationPlan.Points at, Training training, Faults faults) {
        Double epochs = training.epochs();
        Long steps = training.maxSteps();
        Long tokens = training.maxTokens();
        if (epochs != null) late(at.epochs(), point -> point > epochs, "epochs", epochs, faults);
        if (steps != null) late(at.steps(), point -> point > steps, "steps", steps, faults);
        if (tokens != null) late(at.tokens(), point -> point > tokens, "tokens", tokens, faults);
    }

    private static <N extends Number> void late(
            List<N> points, Predicate<N> past, String unit, Number end, Faults faults) {
        for (int i = 0; i < points.size(); i++)
            faults.require(
                    !past.test(points.get(i)),
                    "/evaluation/at/" + unit + "/" + i,
                    "is past the end of the run at %s %s, got %s"
                            .formatted(end, unit, points.get(i)));
    }

    private static String noModel(String name) {
        return "there is no model '%s'; GET /api/v1/models lists those there are".formatted(name);
    }
}
