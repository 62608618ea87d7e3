package dev.palimpsest.spectra;

import dev.palimpsest.spec.TargetModules;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A checkpoint that is compared with its base model or another checkpoint, matrix by matrix. */
@Entity
@Table(name = "decompositions")
class Decomposition {
    @Id private String id;
    private String checkpoint;
    private @Nullable String against;
    private boolean intruders;

    @Convert(converter = Columns.ModulesColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private TargetModules modules;

    @Convert(converter = Columns.StatusColumn.class)
    private DecompositionStatus status = DecompositionStatus.QUEUED;

    private int attempt;
    private @Nullable String fingerprint;

    @Convert(converter = Columns.SummaryColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Summary summary;

    @Convert(converter = Columns.HeatMapColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    @Column(name = "heat_map")
    private @Nullable HeatMap heatMap;

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
    protected Decomposition() {}

    private Decomposition(String id, String checkpoint, SpectraRequest request, Instant now) {
        this.id = id;
        this.checkpoint = checkpoint;
        this.against = request.against();
        this.intruders = request.intruders();
        this.modules = request.modules();
        this.createdAt = now;
    }

    static Decomposition asked(String id, String checkpoint, SpectraRequest request, Instant now) {
        return new Decomposition(id, checkpoint, request, now);
    }

    /**
     * Returns the attempt's number; what an earlier one still writes is refused from now on. One
     * that is running has lost its process, or nobody could have been given it.
     */
    int begin(Instant now) {
        if (status.terminal()) throw illegal("begin");
        status = DecompositionStatus.RUNNING;
        if (startedAt == null) startedAt = now;
        return ++attempt;
    }

    /** What is compared, and by which engine; matrices of another sum say nothing about it. */
    void identified(String sum) {
        fingerprint = sum;
    }

    void succeeded(Summary its, HeatMap map, Instant now) {
        if (status != DecompositionStatus.RUNNING) throw illegal("succeed");
        summary = its;
        heatMap = map;
        close(DecompositionStatus.SUCCEEDED, now);
    }

    void failed(String reason, String detail, Instant now) {
        if (status.terminal()) throw illegal("fail");
        errorTitle = reason;
        errorDetail = detail;
        close(DecompositionStatus.FAILED, now);
    }

    /** Whoever was at it stops; another attempt goes on with the matrices that are left. */
    void handBack() {
        if (status != DecompositionStatus.RUNNING) throw illegal("be handed back");
        status = DecompositionStatus.QUEUED;
    }

    /** Whether an attempt may still write. */
    boolean admits(int writer) {
        return status == DecompositionStatus.RUNNING && attempt == writer;
    }

    /** Whether it answers, now or soon, what is asked. */
    boolean answers(SpectraRequest request) {
        return status != DecompositionStatus.FAILED
                && (intruders || !request.intruders())
                && modules.projections().containsAll(request.modules().projections());
    }

    private void close(DecompositionStatus last, Instant now) {
        status = last;
        endedAt = now;
    }

    private IllegalStateException illegal(String verb) {
        return new IllegalStateException(
                "decomposition %s is %s, and one in that status cannot %s"
                        .formatted(id, status.word(), verb));
    }

    String id() {
        return id;
    }

    String checkpoint() {
        return checkpoint;
    }

    Optional<String> against() {
        return Optional.ofNullable(against);
    }

    TargetModules modules() {
        return modules;
    }

    boolean intruders() {
        return intruders;
    }

    DecompositionStatus status() {
        return status;
    }

    Instant createdAt() {
        return createdAt;
    }

    Optional<String> fingerprint() {
        return Optional.ofNullable(fingerprint);
    }

    Optional<Summary> summary() {
        return Optional.ofNullable(summary);
    }

    Optional<HeatMap> heatMap() {
        return Optional.ofNullable(heatMap);
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
