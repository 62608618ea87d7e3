package dev.palimpsest.exports;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.background.Piece;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.trainer.ExportedFile;
import dev.palimpsest.worker.ExportEnding;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A checkpoint in one form; once it is made it needs neither the checkpoint nor its job. */
@Entity
@Table(name = "exports")
class Export extends Piece {
    private String checkpoint;

    @Column(name = "base_model")
    private String baseModel;

    @Convert(converter = Columns.FormColumn.class)
    private ExportForm form;

    @Convert(converter = Columns.ReductionColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable IntruderReduction reduction;

    @Column(name = "largest_logit_difference")
    private @Nullable Double largestLogitDifference;

    @Column(name = "reduced_intruders")
    private @Nullable Integer reducedIntruders;

    @Convert(converter = Columns.FilesColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private List<ExportedFile> files = List.of();

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Export() {}

    private Export(String id, String checkpoint, String model, ExportRequest request, Instant now) {
        super(id, now);
        this.checkpoint = checkpoint;
        this.baseModel = model;
        this.form = request.form();
        this.reduction = request.reduceIntruders();
    }

    static Export asked(
            String id, String checkpoint, String baseModel, ExportRequest request, Instant now) {
        return new Export(id, checkpoint, baseModel, request, now);
    }

    @Override
    protected String kind() {
        return "export";
    }

    void made(ExportEnding.Made made, Instant now) {
        succeed(now);
        largestLogitDifference = made.largestLogitDifference();
        reducedIntruders = made.reducedIntruders();
        files = List.copyOf(made.files());
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

    List<ExportedFile> files() {
        return List.copyOf(files);
    }

    /** The files of one, as they are stored. */
    static List<Artifact> artifacts(List<ExportedFile> files) {
        return files.stream()
                .map(file -> new Artifact(file.path(), file.bytes(), file.sha256()))
                .toList();
    }

    Optional<Double> largestLogitDifference() {
        return Optional.ofNullable(largestLogitDifference);
    }
}
