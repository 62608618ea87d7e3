package dev.palimpsest.spectra;

import dev.palimpsest.background.Piece;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.spec.TargetModules;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A checkpoint that is compared with its base model or another checkpoint, matrix by matrix. */
@Entity
@Table(name = "decompositions")
class Decomposition extends Piece {
    private String checkpoint;
    private @Nullable String against;
    private boolean intruders;

    @Convert(converter = Columns.ModulesColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private TargetModules modules;

    private @Nullable String fingerprint;

    @Convert(converter = Columns.SummaryColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Summary summary;

    @Convert(converter = Columns.HeatMapColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    @Column(name = "heat_map")
    private @Nullable HeatMap heatMap;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Decomposition() {}

    private Decomposition(String id, String checkpoint, SpectraRequest request, Instant now) {
        super(id, now);
        this.checkpoint = checkpoint;
        this.against = request.against();
        this.intruders = request.intruders();
        this.modules = request.modules();
    }

    static Decomposition asked(String id, String checkpoint, SpectraRequest request, Instant now) {
        return new Decomposition(id, checkpoint, request, now);
    }

    @Override
    protected String kind() {
        return "decomposition";
    }

    /** What is compared, and by which engine; matrices of another sum say nothing about it. */
    void identified(String sum) {
        fingerprint = sum;
    }

    void succeeded(Summary its, HeatMap map, Instant now) {
        succeed(now);
        summary = its;
        heatMap = map;
    }

    /** Whether it answers, now or soon, what is asked. */
    boolean answers(SpectraRequest request) {
        return status() != PieceStatus.FAILED
                && (intruders || !request.intruders())
                && modules.projections().containsAll(request.modules().projections());
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

    Optional<String> fingerprint() {
        return Optional.ofNullable(fingerprint);
    }

    Optional<Summary> summary() {
        return Optional.ofNullable(summary);
    }

    Optional<HeatMap> heatMap() {
        return Optional.ofNullable(heatMap);
    }
}
