package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.trainer.ExportedFile;
import dev.palimpsest.worker.ExportEnding;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A checkpoint in one form; once it is made it needs neither the checkpoint nor its job. */
@Entity
@Table(name = "exports")
class Export {
    @Id private String id;
    private String checkpoint;

    @Column(name = "base_model")
    private String baseModel;

    @Convert(converter = Columns.FormColumn.class)
    private ExportForm form;

    @Convert(converter = Columns.ReductionColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable IntruderReduction reduction;

    @Convert(converter = Columns.StatusColumn.class)
    private ExportStatus status = ExportStatus.QUEUED;

    private int attempt;

    @Column(name = "largest_logit_difference")
    private @Nullable Double largestLogitDifference;

    @Column(name = "reduced_intruders")
    private @Nullable Integer reducedIntruders;

    @Convert(converter = Columns.FilesColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private List<ExportedFile> files = List.of();

    @Column(name = "error_title")
    private @Nullable String errorTitle;

    @Column(name = "error_detail")
    private @Nullable String errorDetail;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "started_at")
    private @Nullable Instant startedAt;

    @Column(name = "ended_at")
    private @Nullable Instant endedAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Export() {}

    private Export(String id, String checkpoint, String model, ExportRequest request, Instant now) {
        this.id = id;
        this.checkpoint = checkpoint;
        this.baseModel = model;
        this.form = request.form();
        this.reduction = request.reduceIntruders();
        this.createdAt = now;
    }

    static Export asked(
            String id, String checkpoint, String baseModel, ExportRequest request, Instant now) {
        return new Export(id, checkpoint, baseModel, request, now);
    }

    /**
     * Returns the attempt's number; what an earlier one still writes is refused from now on. One
     * that is running has lost its process, or nobody could have been given it.
     */
    int begin(Instant now) {
        if (status.terminal()) throw illegal("begin");
        status = ExportStatus.RUNNING;
        if (startedAt == null) startedAt = now;
        return ++attempt;
    }

    void made(ExportEnding.Made made, Instant now) {
        if (status != ExportStatus.RUNNING) throw illegal("be made");
        largestLogitDifference = made.largestLogitDifference();
        reducedIntruders = made.reducedIntruders();
        files = List.copyOf(made.files());
        close(ExportStatus.SUCCEEDED, now);
    }

    void failed(String reason, String detail, Instant now) {
        if (status.terminal()) throw illegal("fail");
        errorTitle = reason;
        errorDetail = detail;
        close(ExportStatus.FAILED, now);
    }

    /** Whoever was at it stops; another attempt makes it. */
    void handBack() {
        if (status != ExportStatus.RUNNING) throw illegal("be handed back");
        status = ExportStatus.QUEUED;
    }

    /** Ends it at once; whoever is at it finds out within a second. */
    void cancel(Instant now) {
        if (status == ExportStatus.CANCELLED) return;
        if (status.terminal()) throw illegal("be cancelled");
        close(ExportStatus.CANCELLED, now);
    }

    /** Whether an attempt may still write. */
    boolean admits(int writer) {
        return status == ExportStatus.RUNNING && attempt == writer;
    }

    private void close(ExportStatus last, Instant now) {
        status = last;
        endedAt = now;
    }

    private IllegalStateException illegal(String verb) {
        return new IllegalStateException(
                "export %s is %s, and an export in that status cannot %s"
                        .formatted(id, status.word(), verb));
    }

    String id() {
        return id;
    }

    String checkpoint() {
        return checkpoint;
    }

    String baseModel() {
        return baseModel;
    }

    ExportForm form() {
        return form;
    }

    Optional<IntruderReduction> reduction() {
        return Optional.ofNullable(reduction);
    }

    Optional<Integer> reducedIntruders() {
        return Optional.ofNullable(reducedIntruders);
    }

    ExportStatus status() {
        return status;
    }

    List<ExportedFile> files() {
        return List.copyOf(files);
    }

    /** The files of one, as they are stored. */
    static List<Artifact> artifacts(List<ExportedFile> files) {
        return files.stream()
                .map(file -> new Artifact(file.path(), file.bytes(), file.sha256()))
                .toList();
    }

    Instant createdAt() {
        return createdAt;
    }

    Optional<Double> largestLogitDifference() {
        return Optional.ofNullable(largestLogitDifference);
    }

    Optional<String> errorTitle() {
        return Optional.ofNullable(errorTitle);
    }

    Optional<String> errorDetail() {
        return Optional.ofNullable(errorDetail);
    }

    Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }
}
