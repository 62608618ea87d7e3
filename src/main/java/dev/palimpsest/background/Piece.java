package dev.palimpsest.background;

import dev.palimpsest.columns.WordColumn;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A piece of work that has a row: it is done in attempts, one at a time, and ends once. */
@MappedSuperclass
public abstract class Piece {
    @Id private String id;

    @Convert(converter = StatusColumn.class)
    private PieceStatus status = PieceStatus.QUEUED;

    private int attempt;

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
    protected Piece() {}

    protected Piece(String id, Instant now) {
        this.id = id;
        this.createdAt = now;
    }

    /** What it is, in a word of a sentence. */
    protected abstract String kind();

    /**
     * Returns the attempt's number; what an earlier one still writes is refused from now on. One
     * that is running has lost its process, or nobody could have been given it.
     */
    int begin(Instant now) {
        if (status.terminal()) throw illegal("begin");
        status = PieceStatus.RUNNING;
        if (startedAt == null) startedAt = now;
        return ++attempt;
    }

    protected void succeed(Instant now) {
        if (status != PieceStatus.RUNNING) throw illegal("succeed");
        close(PieceStatus.SUCCEEDED, now);
    }

    void fail(String reason, String detail, Instant now) {
        if (status.terminal()) throw illegal("fail");
        errorTitle = reason;
        errorDetail = detail;
        close(PieceStatus.FAILED, now);
    }

    /** Whoever was at it stops; another attempt does what is left. */
    void handBack() {
        if (status != PieceStatus.RUNNING) throw illegal("be handed back");
        status = PieceStatus.QUEUED;
    }

    /** Ends it at once; whoever is at it finds out within a second. */
    public void cancel(Instant now) {
        if (status == PieceStatus.CANCELLED) return;
        if (status.terminal()) throw illegal("be cancelled");
        close(PieceStatus.CANCELLED, now);
    }

    /** Whether an attempt may still write. */
    boolean admits(int writer) {
        return status == PieceStatus.RUNNING && attempt == writer;
    }

    private void close(PieceStatus last, Instant now) {
        status = last;
        endedAt = now;
    }

    private IllegalStateException illegal(String verb) {
        return new IllegalStateException(
                "%s %s is %s, and one in that status cannot %s"
                        .formatted(kind(), id, status.word(), verb));
    }

    public String id() {
        return id;
    }

    public PieceStatus status() {
        return status;
    }

    /** Why it failed, if it did. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(errorTitle)
                .map(title -> new Failure(title, errorDetail == null ? "" : errorDetail));
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Optional<Instant> startedAt() {
        return Optional.ofNullable(startedAt);
    }

    public Optional<Instant> endedAt() {
        return Optional.ofNullable(endedAt);
    }

    /** Why it failed, and the process's last lines. */
    public record Failure(String title, String detail) {}

    @Converter
    static class StatusColumn extends WordColumn<PieceStatus> {
        StatusColumn() {
            super(PieceStatus.class);
        }
    }
}
