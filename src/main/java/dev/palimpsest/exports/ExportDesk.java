package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.background.Waiting;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes in, cancels and deletes exports, each in one transaction. */
@Component
class ExportDesk {
    private final Exports exports;
    private final ExportFolders folders;
    private final Checkpoints checkpoints;
    private final Jobs jobs;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Artifacts artifacts;
    private final Ids ids;
    private final Clock clock;

    ExportDesk(
            Exports exports,
            ExportFolders folders,
            Checkpoints checkpoints,
            Jobs jobs,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Artifacts artifacts,
            Ids ids,
            Clock clock) {
        this.exports = exports;
        this.folders = folders;
        this.checkpoints = checkpoints;
        this.jobs = jobs;
        this.transaction = transaction;
        this.events = events;
        this.artifacts = artifacts;
        this.ids = ids;
        this.clock = clock;
    }

    /** An export, and whether this request made it. */
    record Answer(Export export, boolean isNew) {}

    /** Of two equal requests at once one waits for the other, and both get its export. */
    Answer ask(String checkpoint, ExportRequest request) {
        Optional<Export> standing = standing(checkpoint, request);
        if (standing.isPresent()) return new Answer(standing.get(), false);
        Checkpoint found = exportable(checkpoint);
        Job job = jobs.findById(found.job()).orElseThrow(() -> noCheckpoint(checkpoint));
        check(job.spec().method(), request);
        return transaction.execute(_ -> alone(job, checkpoint, request));
    }

    private Answer alone(Job job, String checkpoint, ExportRequest request) {
        jobs.findAndLock(job.id());
        return standing(checkpoint, request)
                .map(equal -> new Answer(equal, false))
                .orElseGet(() -> new Answer(asked(checkpoint, job.baseModel(), request), true));
    }

    Export cancel(String id) {
        return transaction.execute(
                _ -> {
                    Export export = exports.lock(id).orElseThrow(() -> missing(id));
                    if (export.status() == PieceStatus.SUCCEEDED
                            || export.status() == PieceStatus.FAILED)
                        throw new Conflict(
                                "export %s has %s; only one that waits or runs can be cancelled"
                                        .formatted(id, export.status().word()));
                    export.cancel(clock.instant());
                    return export;
                });
    }

    /** The row first, its files after it is gone for certain. */
    void delete(String id) throws IOException {
        transaction.executeWithoutResult(
                _ -> {
                    Export export = exports.lock(id).orElseThrow(() -> missing(id));
                    if (!export.status().terminal())
                        throw new Conflict(
                                "export %s is %s; cancel it first by POST /api/v1/exports/%s/cancel"
                                        .formatted(id, export.status().word(), id));
                    exports.delete(export);
                });
        folders.delete(id);
    }

    static NotFound missing(String id) {
        return new NotFound("there is no export %s; GET /api/v1/exports lists them".formatted(id));
    }

    static NotFound noCheckpoint(String id) {
        return new NotFound(
                "there is no checkpoint %s; GET /api/v1/jobs/{id}/checkpoints lists a job's"
                        .formatted(id));
    }

    private Optional<Export> standing(String checkpoint, ExportRequest request) {
        return exports.standing(
                checkpoint,
                request.form().name().toLowerCase(Locale.ROOT),
                request.reduceIntruders() == null
                        ? null
                        : Binder.JSON.writeValueAsString(request.reduceIntruders()));
    }

    private static void check(Method method, ExportRequest request) {
        if (request.form() != ExportForm.ADAPTER) return;
        switch (method) {
            case Method.Full _ ->
                    throw new InvalidSpec(
                            "/form", "a full finetune's checkpoint is no adapter; ask for merged");
            case Method.Lora lora -> {
                if (lora.hasMagnitudes() && request.reduceIntruders() != null)
                    throw new InvalidSpec(
                            "/reduce_intruders",
                            "what is left of DoRA's change is no adapter; ask for merged");
            }
        }
    }

    private Export asked(String checkpoint, String baseModel, ExportRequest request) {
        Export export =
                exports.saveAndFlush(
                        Export.asked(
                                ids.next("export"),
                                checkpoint,
                                baseModel,
                                request,
                                clock.instant()));
        events.publishEvent(new Waiting(MakeExport.NAME, export.id()));
        return export;
    }

    private Checkpoint exportable(String id) {
        Checkpoint checkpoint =
                checkpoints.find(id).orElseThrow(() -> noCheckpoint(id)).requirePresent();
        checkpoint
                .missing(artifacts)
                .ifPresent(
                        file -> {
                            throw new Conflict(
                                    "file %s of checkpoint %s is no longer on the disk; export another checkpoint of job %s"
                                            .formatted(file.path(), id, checkpoint.job()));
                        });
        return checkpoint;
    }
}
