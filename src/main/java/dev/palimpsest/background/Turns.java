package dev.palimpsest.background;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.transaction.annotation.Transactional;

/**
 * Hands a piece to one process at a time. Each call is one transaction that begins by locking the
 * row; what an attempt writes that was replaced, or whose piece was cancelled or is gone, is not
 * written.
 */
public abstract class Turns<P extends Piece, A extends Turns.Attempt> {
    private final Pieces<P> pieces;
    private final Clock clock;

    protected Turns(Pieces<P> pieces, Clock clock) {
        this.pieces = pieces;
        this.clock = clock;
    }

    /** One execution of a piece. */
    public interface Attempt {
        /** The piece's. */
        String id();

        int number();
    }

    /** What whoever does it has to know. */
    protected abstract A attempt(P piece, int number);

    /** Comes in the transaction in which a piece succeeded or failed. */
    protected void ended(P piece) {}

    /** Nothing if the piece has ended or was deleted. */
    @Transactional
    public Optional<A> begin(String id) {
        return pieces.lock(id)
                .filter(piece -> !piece.status().terminal())
                .map(piece -> attempt(piece, piece.begin(clock.instant())));
    }

    @Transactional(readOnly = true)
    public boolean goesOn(A attempt) {
        return pieces.findById(attempt.id())
                .filter(piece -> piece.admits(attempt.number()))
                .isPresent();
    }

    @Transactional
    public boolean failed(A attempt, String reason, String detail) {
        return move(attempt, piece -> failed(piece, reason, detail));
    }

    @Transactional
    public boolean handBack(A attempt) {
        return move(attempt, Piece::handBack);
    }

    /** Ends a piece that its worker could not end. */
    @Transactional
    public void givenUp(String id, String reason, String detail) {
        pieces.lock(id)
                .filter(piece -> !piece.status().terminal())
                .ifPresent(piece -> failed(piece, reason, detail));
    }

    /** Answers whether the attempt may go on; only then it was moved. */
    protected boolean move(A attempt, Consumer<P> move) {
        Optional<P> piece =
                pieces.lock(attempt.id()).filter(found -> found.admits(attempt.number()));
        piece.ifPresent(move);
        return piece.isPresent();
    }

    private void failed(P piece, String reason, String detail) {
        piece.fail(reason, detail, clock.instant());
        ended(piece);
    }
}
