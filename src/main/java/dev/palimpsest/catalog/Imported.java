package dev.palimpsest.catalog;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What models and datasets have in common: a name, and an import that makes them ready or fails.
 */
@MappedSuperclass
public abstract class Imported {
    @Id private String name;

    /** Null until stored, by which Spring Data knows a new one from a known one. */
    @Version private @Nullable Integer version;

    @Convert(converter = Columns.StatusColumn.class)
    private ImportStatus status = ImportStatus.IMPORTING;

    private @Nullable String error;

    /** Names this registration, also after another takes the name; null if it came whole. */
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

    @Column(name = "import_rows_done")
    private @Nullable Long importRowsDone;

    @Column(name = "import_rows_total")
    private @Nullable Long importRowsTotal;

    @Column(name = "source_commit")
    private @Nullable String commit;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "ready_at")
    private @Nullable Instant readyAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    Imported() {}

    /** Without an id of an import it is made ready by whoever makes it. */
    Imported(String name, @Nullable String importId, Instant now) {
        this.name = name;
        this.importId = importId;
        this.importPhase = importId == null ? null : ImportPhase.WAITING;
        this.createdAt = now;
    }

    /** What it is, in a word of a sentence. */
    abstract String kind();

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
        importRowsDone = progress.rowsDone();
        importRowsTotal = progress.rowsTotal();
    }

    /** The commit that its revision stood for when first asked, whatever it stands for now. */
    String resolved(String now) {
        expectImporting();
        if (commit == null) commit = now;
        return commit;
    }

    void becomeReady(Instant now) {
        expectImporting();
        status = ImportStatus.READY;
        readyAt = now;
    }

    void failed(String reason) {
        expectImporting();
        status = ImportStatus.FAILED;
        error = reason;
    }

    public String name() {
        return name;
    }

    public ImportStatus status() {
        return status;
    }

    public boolean isReady() {
        return status == ImportStatus.READY;
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
        if (status != ImportStatus.IMPORTING || importPhase == null) return Optional.empty();
        return Optional.of(
                new ImportProgress(
                        importPhase,
                        importBytesDone,
                        importBytesTotal,
                        importRowsDone,
                        importRowsTotal));
    }

    public Instant createdAt() {
        return createdAt;
    }

    Optional<Instant> readyAt() {
        return Optional.ofNullable(readyAt);
    }

    private void expectImporting() {
        if (status != ImportStatus.IMPORTING)
            throw new IllegalStateException(
                    "%s %s is %s already".formatted(kind(), name, status.word()));
    }
}
