package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.model.Architecture;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A model that jobs start from; ready once its files lie whole in the home folder. */
@Entity
@Table(name = "base_models")
public class BaseModel {
    @Id private String name;

    /** Null until stored, by which Spring Data knows a new one from a known one. */
    @Version private @Nullable Integer version;

    @Convert(converter = Columns.StatusColumn.class)
    private ModelStatus status = ModelStatus.IMPORTING;

    @Convert(converter = Columns.SourceColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable ModelSource source;

    private @Nullable String error;

    @Column(name = "content_hash")
    private @Nullable String contentHash;

    private @Nullable Long bytes;
    private @Nullable Long parameters;

    @Convert(converter = Columns.ArchitectureColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Architecture architecture;

    /** Names this registration, also after another takes the name; null if built in. */
    @Column(name = "import_id")
    private @Nullable String importId;

    @Column(name = "import_attempt")
    private int importAttempt;

    @Column(name = "import_phase")
    @Convert(converter = Columns.PhaseColumn.class)
    private @Nullable ImportPhase importPhase;

    @Column(name = "import_bytes_done")
    private long importBytesDone;

    @Column(name = "import_bytes_total")
    private @Nullable Long importBytesTotal;

    @Column(name = "source_commit")
    private @Nullable String commit;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "ready_at")
    private @Nullable Instant readyAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected BaseModel() {}

    private BaseModel(String name, @Nullable ModelSource source, Instant now) {
        this.name = name;
        this.source = source;
        this.createdAt = now;
    }

    static BaseModel importing(String name, ModelSource source, String importId, Instant now) {
        BaseModel model = new BaseModel(name, source, now);
        model.importId = importId;
        model.importPhase = ImportPhase.WAITING;
        return model;
    }

    static BaseModel builtIn(String name, ModelContent content, Instant now) {
        BaseModel model = new BaseModel(name, null, now);
        model.imported(content, now);
        return model;
    }

    /** Returns the attempt's number; what an earlier one still writes is refused from now on. */
    int beginImport() {
        expectImporting();
        return ++importAttempt;
    }

    void progressed(ImportProgress progress) {
        expectImporting();
        importPhase = progress.phase();
        importBytesDone = progress.bytesDone();
        importBytesTotal = progress.bytesTotal();
    }

    /** The commit that its revision stood for when first asked, whatever it stands for now. */
    String resolved(String now) {
        expectImporting();
        if (commit == null) commit = now;
        return commit;
    }

    void imported(ModelContent content, Instant now) {
        expectImporting();
        status = ModelStatus.READY;
        contentHash = content.sha256();
        bytes = content.bytes();
        parameters = content.parameters();
        architecture = content.architecture();
        readyAt = now;
    }

    void failed(String reason) {
        expectImporting();
        status = ModelStatus.FAILED;
        error = reason;
    }

    public String name() {
        return name;
    }

    public ModelStatus status() {
        return status;
    }

    public boolean isReady() {
        return status == ModelStatus.READY;
    }

    public boolean isBuiltIn() {
        return source == null;
    }

    /** Its Hugging Face directory: config.json, safetensors, tokenizer.json. */
    public Path directory(Home home) {
        return home.models().resolve(name);
    }

    /** SHA-256 over the names and bytes of its files, once it is ready. */
    public Optional<String> contentHash() {
        return Optional.ofNullable(contentHash);
    }

    public Optional<Architecture> architecture() {
        return Optional.ofNullable(architecture);
    }

    /** How many numbers its weights are, once it is ready. */
    public Optional<Long> parameters() {
        return Optional.ofNullable(parameters);
    }

    /** Why it could not be imported, if so. */
    public Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /** The hub's commit that its files are of, once that is known. */
    Optional<String> commit() {
        return Optional.ofNullable(commit);
    }

    /** How far its import is, while there is one. */
    Optional<ImportProgress> progress() {
        if (status != ModelStatus.IMPORTING || importPhase == null) return Optional.empty();
        return Optional.of(new ImportProgress(importPhase, importBytesDone, importBytesTotal));
    }

    Optional<ModelSource> source() {
        return Optional.ofNullable(source);
    }

    Optional<Long> bytes() {
        return Optional.ofNullable(bytes);
    }

    Instant createdAt() {
        return createdAt;
    }

    Optional<Instant> readyAt() {
        return Optional.ofNullable(readyAt);
    }

    private void expectImporting() {
        if (status != ModelStatus.IMPORTING)
            throw new IllegalStateException("model %s is %s already".formatted(name, status));
    }
}
