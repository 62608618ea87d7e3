package dev.palimpsest.openai;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.Dataset;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Submission;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Method;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes a job of what is asked for, and an experiment for it where none is named. */
@Component
class OrderDesk {
    private static final int LONGEST_UNKNOWN = 512;

    private final Models models;
    private final FineTunedModels fineTuned;
    private final Datasets datasets;
    private final StoredFiles files;
    private final OrderedExperiments experiments;
    private final Submission submission;
    private final Alone alone;
    private final SentRequests sent;
    private final Jobs jobs;
    private final RandomGenerator random = new SecureRandom();

    OrderDesk(
            Models models,
            FineTunedModels fineTuned,
            Datasets datasets,
            StoredFiles files,
            OrderedExperiments experiments,
            Submission submission,
            Alone alone,
            SentRequests sent,
            Jobs jobs) {
        this.models = models;
        this.fineTuned = fineTuned;
        this.datasets = datasets;
        this.files = files;
        this.experiments = experiments;
        this.submission = submission;
        this.alone = alone;
        this.sent = sent;
        this.jobs = jobs;
    }

    /** The job of the first request, if this is the same again. */
    @Transactional
    public Job take(FineTuningRequest request, boolean again) {
        alone.with(request.sha256());
        Optional<Job> known =
                again ? sent.job(request.sha256()).flatMap(jobs::findById) : Optional.empty();
        if (known.isPresent()) return known.get();
        Job job = made(request.order());
        jobs.flush(); // what follows refers to it
        sent.made(request.sha256(), job.id());
        return job;
    }

    private Job made(FineTuningOrder order) {
        Optional<FineTunedModels.Found> before = fineTuned.find(order.model());
        Optional<BaseModel> model =
                models.findByName(
                        before.map(FineTunedModels.Found::baseModel).orElse(order.model()));
        Optional<Dataset> training = datasets.findByName(order.trainingFile());
        Faults faults = new Faults();
        faults.require(
                model.isPresent(),
                "/model",
                "there is no model '%s'; GET /v1/models lists them".formatted(order.model()));
        requireFile(order.trainingFile(), training, "/training_file", faults);
        String validation = order.validationFile();
        if (validation != null)
            requireFile(validation, datasets.findByName(validation), "/validation_file", faults);
        faults.require(
                before.isEmpty() || before.get().lora().isPresent(),
                "/model",
                "'%s' was not trained by LoRA; only from an adapter can be gone on here"
                        .formatted(order.model()));
        faults.require(
                before.isEmpty() || !order.full(),
                "/full",
                "starts from a base model; from '%s' LoRA goes on".formatted(order.model()));
        faults.raise();
        try {
            return submission.of(
                    recipe(order, model.orElseThrow(), training.orElseThrow(), before).spec());
        } catch (InvalidSpec wrong) {
            throw Recipe.inItsWords(wrong, order);
        }
    }

    private void requireFile(String id, Optional<Dataset> dataset, String pointer, Faults faults) {
        Optional<StoredFile> file = files.find(id);
        String error = file.map(StoredFile::error).orElse(null);
        boolean expired = file.isEmpty() && files.isDataset(id);
        faults.require(error == null, pointer, "'%s' cannot be used: %s".formatted(id, error));
        faults.require(
                error != null || (dataset.isPresent() && !expired),
                pointer,
                "there is no file '%s'; POST /v1/files takes one".formatted(id));
    }

    private Recipe recipe(
            FineTuningOrder order,
            BaseModel model,
            Dataset training,
            Optional<FineTunedModels.Found> before) {
        FineTuningOrder.TaskChoice asked = order.tasks();
        String experiment = order.experiment();
        Long seed = order.seed();
        return new Recipe(
                order,
                experiment == null ? experiments.of(model.name(), named(asked)) : experiment,
                model.name(),
                training.documents().orElse(0L),
                model.architecture().map(Architecture::longest).orElse(LONGEST_UNKNOWN),
                seed == null ? random.nextInt(Integer.MAX_VALUE) : seed,
                order.full()
                        ? null
                        : lora(order.lora(), before.flatMap(FineTunedModels.Found::lora)),
                before.map(FineTunedModels.Found::checkpoint).map(Checkpoint::id).orElse(null));
    }

    private static FineTuningOrder.TaskChoice named(FineTuningOrder.@Nullable TaskChoice asked) {
        return asked == null || asked.names().isEmpty() ? FineTuningOrder.TaskChoice.USUAL : asked;
    }

    /** Whoever goes on from an adapter and says nothing of it means one like it. */
    private static FineTuningOrder.Lora lora(
            FineTuningOrder.@Nullable Lora asked, Optional<Method.Lora> before) {
        if (asked != null) return asked;
        return before.map(
                        its ->
                                new FineTuningOrder.Lora(
                                        its.rank(),
                                        its.alpha(),
                                        its.dropout(),
                                        its.targetModules(),
                                        its.variant()))
                .orElse(FineTuningOrder.Lora.USUAL);
    }
}
