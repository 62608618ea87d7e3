package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.artifacts.Deletable;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.background.Waiting;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes in, cancels and deletes exports, each in one transaction. */
@Component
class ExportDesk implements Deletable {
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

    /** One that was made can be restored for a while; of another nothing is left. */
    void delete(String id) throws IOException {
        if (!exports.existsById(id)) throw missing(id);
        boolean made;
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            made = transaction.execute(_ -> hide(id));
        }
        if (!made) folders.delete(id);
    }

    private boolean hide(String id) {
        Export export = exports.lock(id).orElseThrow(() -> missing(id));
        if (!export.status().terminal())
            throw new Conflict(
                    "export %s is %s; cancel it first by POST /api/v1/exports/%s/cancel"
                            .formatted(id, export.status().word(), id));
        boolean made = export.status() == PieceStatus.SUCCEEDED;
        if (made) exports.hide(clock.instant(), id);
        else exports.delete(export);
        return made;
    }

    Export restore(String id) {
        String project = CurrentProject.own();
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            int shown = transaction.execute(_ -> exports.show(id, project));
            if (shown == 0)
                throw new NotFound(
                        "there is no deleted export %s; GET /api/v1/storage/deleted lists what can be restored"
                                .formatted(id));
        } catch (DataIntegrityViolationException _) {
            throw new Conflict(
                    "an export equal to %s was asked for since; delete that one first"
                            .formatted(id));
        }
        return exports.findById(id).orElseThrow(() -> missing(id));
    }

    /** The row first, its files after it is gone for certain. */
    @Override
    public void purge(Instant deletedBefore, @Nullable String project) throws IOException {
        for (String id : exports.hiddenBefore(deletedBefore, project)) {
            int gone = transaction.execute(_ -> exports.forget(id));
            if (gone > 0) folders.delete(id);
        }
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
