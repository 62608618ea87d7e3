package dev.palimpsest.webhooks;

import dev.palimpsest.background.Waiting;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one webhook.
 *
 * @param reason why it was given up
 * @param turn of the queue's entry that counts
 * @param tries since it was asked for
 */
record Delivery(
        String id,
        String webhook,
        String event,
        Status status,
        @Nullable String reason,
        int turn,
        int tries,
        @Nullable Instant nextAttemptAt,
        Instant createdAt) {
    private static final String SPACE = " ";

    /** How it stands. */
    enum Status {
        WAITING,
        DELIVERED,
        GIVEN_UP;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Delivery made(String id, String webhook, String event, Instant now) {
        return new Delivery(id, webhook, event, Status.WAITING, null, 1, 0, now, now);
    }

    Delivery delivered() {
        return ended(Status.DELIVERED, null);
    }

    Delivery givenUp(String why) {
        return ended(Status.GIVEN_UP, why);
    }

    private Delivery ended(Status last, @Nullable String why) {
        return new Delivery(id, webhook, event, last, why, turn, tries, null, createdAt);
    }

    /** Failed once more, and to be tried again. */
    Delivery again(Instant at) {
        return new Delivery(
                id, webhook, event, Status.WAITING, null, turn + 1, tries + 1, at, createdAt);
    }

    /** Not tried yet, and to be tried later. */
    Delivery putOff(Instant until) {
        return new Delivery(
                id, webhook, event, Status.WAITING, null, turn + 1, tries, until, createdAt);
    }

    /** Its owner asks for it, with all attempts; what waited already is passed over. */
    Delivery asked(Instant now) {
        return new Delivery(id, webhook, event, Status.WAITING, null, turn + 1, 0, now, createdAt);
    }

    /** Whether the queue's entry of this turn is still to be done. */
    boolean waits(int itsTurn) {
        return status == Status.WAITING && turn == itsTurn;
    }

    Waiting waiting() {
        return new Waiting(Deliver.NAME, id + SPACE + turn, nextAttemptAt);
    }

    /** An entry of the queue. */
    record Piece(String delivery, int turn) {
        static Piece of(String text) {
            int space = text.indexOf(SPACE);
            return new Piece(text.substring(0, space), Integer.parseInt(text.substring(space + 1)));
        }
    }
}
