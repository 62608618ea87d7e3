package dev.palimpsest.external;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.FinetunedModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.CheckpointFiled;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.StepToScore;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * Takes weights in that were made elsewhere: copied, checked against the base model and the job's
 * method, filed, and to be scored.
 */
@Component
class TakeCheckpoint {
    private static final String ADAPTER = "adapter";
    private static final String MODEL = "model";
    static final List<String> ADAPTER_FILES =
            List.of("adapter_config.json", "adapter_model.safetensors");

    private final ExternalJobs jobs;
    private final Models models;
    private final Checkpoints checkpoints;
    private final Home home;
    private final Artifacts artifacts;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Ids ids;

    TakeCheckpoint(
            ExternalJobs jobs,
            Models models,
            Checkpoints checkpoints,
            Home home,
            Artifacts artifacts,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Ids ids) {
        this.jobs = jobs;
        this.models = models;
        this.checkpoints = checkpoints;
        this.home = home;
        this.artifacts = artifacts;
        this.transaction = transaction;
        this.events = events;
        this.ids = ids;
    }

    /** Lays the files that were sent into an empty folder. */
    @FunctionalInterface
    interface Sender {
        void into(Path folder) throws IOException;
    }

    /** A checkpoint, and whether it was not here before. */
    record Taken(Checkpoint checkpoint, boolean isNew) {}

    /**
     * One that is sent again is answered as it stands.
     *
     * @param pointer to what a fault of the files is said of
     */
    Taken take(String id, Arrival arrival, Sender sender, String pointer) throws IOException {
        Job job = jobs.running(id);
        Path folder = Files.createTempDirectory(home.root(), ".checkpoint-");
        try {
            sender.into(folder);
            String kind = kind(folder, pointer);
            List<Path> files = checked(folder, kind, job, pointer);
            List<Checkpoint.File> sums = sums(files);
            artifacts.store(folder, Checkpoint.artifacts(sums));
            return transaction.execute(_ -> filed(id, arrival, kind, sums, folder));
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }

    /** Copies what belongs to an adapter or a model out of a folder. */
    static void copy(Path from, Path into) throws IOException {
        if (!Files.isDirectory(from))
            throw new InvalidSpec(
                    "/source/path",
                    "there is no folder %s on the service's machine".formatted(from));
        List<Path> files;
        try (var listed = Files.list(from)) {
            files = listed.filter(Files::isRegularFile).sorted().toList();
        }
        boolean adapter = Files.exists(from.resolve(ADAPTER_FILES.getFirst()));
        for (Path file : files) {
            String name = file.getFileName().toString();
            boolean wanted = adapter ? ADAPTER_FILES.contains(name) : FinetunedModel.mayHave(name);
            if (wanted) Files.copy(file, into.resolve(name));
        }
    }

    private static String kind(Path folder, String pointer) {
        if (Files.exists(folder.resolve("adapter_config.json"))) return ADAPTER;
        if (Files.exists(folder.resolve("config.json"))) return MODEL;
        throw new InvalidSpec(
                pointer,
                "has neither adapter_config.json, as PEFT writes an adapter, nor config.json, as transformers writes a model");
    }

    private List<Path> checked(Path folder, String kind, Job job, String pointer)
            throws IOException {
        Architecture base =
                models.findByName(job.baseModel())
                        .flatMap(BaseModel::architecture)
                        .orElseThrow(
                                () ->
                                        new Conflict(
                                                "the base model '%s' is not there to compare with"
                                                        .formatted(job.baseModel())));
        try {
            if (kind.equals(MODEL)) {
                if (job.spec().method() instanceof Lora)
                    throw new InvalidSpec(
                            pointer, "is a model, but the job's method is lora: send the adapter");
                return FinetunedModel.checked(folder, base);
            }
            fit(job.spec().method(), Adapter.checked(folder, base), pointer);
            return ADAPTER_FILES.stream().map(folder::resolve).toList();
        } catch (UnsupportedModel unsupported) {
            throw new InvalidSpec(pointer, String.valueOf(unsupported.getMessage()));
        }
    }

    /** A job is compared by its spec, so its weights must be what that says. */
    private static void fit(Method said, Lora sent, String pointer) {
        if (!(said instanceof Lora lora))
            throw new InvalidSpec(
                    pointer, "is an adapter, but the job's method is full: send the model");
        List<String> differences = new ArrayList<>();
        if (lora.rank() != sent.rank())
            differences.add("its rank is %d, not %d".formatted(sent.rank(), lora.rank()));
        if (lora.alpha() != sent.alpha())
            differences.add("its alpha is %s, not %s".formatted(sent.alpha(), lora.alpha()));
        if (!lora.targetModules().equals(sent.targetModules()))
            differences.add("it adapts other modules");
        if (form(lora) != sent.variant())
            differences.add("it is %s".formatted(sent.variant()).toLowerCase(Locale.ROOT));
        if (!differences.isEmpty())
            throw new InvalidSpec(
                    pointer,
                    "is another adapter than the job's spec says: "
                            + String.join("; ", differences));
    }

    /** What is left of a variant when it is trained. */
    private static Variant form(Lora lora) {
        return switch (lora.variant()) {
            case RSLORA, DORA -> lora.variant();
            case STANDARD, PISSA, LORA_PLUS -> Variant.STANDARD;
        };
    }

    private static List<Checkpoint.File> sums(List<Path> files) throws IOException {
        List<Checkpoint.File> sums = new ArrayList<>();
        for (Path file : files)
            sums.add(
                    new Checkpoint.File(
                            file.getFileName().toString(), Files.size(file), Sha256.of(file)));
        return sums;
    }

    private Taken filed(
            String id, Arrival arrival, String kind, List<Checkpoint.File> files, Path folder) {
        Job job = jobs.locked(id);
        String content = Checkpoints.content(files);
        Optional<Checkpoint> stands =
                checkpoints.atStep(id, arrival.step()).filter(Checkpoint::present);
        if (stands.isPresent()) {
            if (stands.get().content().equals(content)) return new Taken(stands.get(), false);
            throw new Conflict(
                    "step %d of job %s has other weights already, checkpoint %s"
                            .formatted(arrival.step(), id, stands.get().id()));
        }
        Path place = home.jobs().resolve(id).resolve("external/step-" + arrival.step());
        moveInto(folder, place);
        checkpoints.save(
                new Checkpoint(
                        ids.next("ckpt"),
                        id,
                        job.attempt(),
                        arrival.step(),
                        arrival.epoch(),
                        arrival.tokens(),
                        kind,
                        false,
                        home.root().relativize(place).toString(),
                        files,
                        content));
        job.reached(arrival.step(), arrival.tokens());
        events.publishEvent(new StepToScore(id, arrival.step()));
        events.publishEvent(new CheckpointFiled(id, arrival.step()));
        return new Taken(checkpoints.atStep(id, arrival.step()).orElseThrow(), true);
    }

    /** Replaces what a crash may have left in the place. */
    private static void moveInto(Path folder, Path place) {
        try {
            FileSystemUtils.deleteRecursively(place);
            Files.createDirectories(place.getParent());
            Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
