package dev.palimpsest.completions;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.background.Withdrawn;
import dev.palimpsest.events.Changes;
import dev.palimpsest.projects.Bounds;
import dev.palimpsest.trainer.CompletionWish.Texts;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotAnswered;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Has texts written for somebody who waits, and forgets them once they are told. */
@Component
public class CompletionDesk {
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofSeconds(2);

    private final Completions completions;
    private final Changes changes;
    private final CompletionSettings settings;
    private final Bounds bounds;
    private final TransactionTemplate transaction;
    private final ApplicationEventPublisher events;
    private final Ids ids;

    CompletionDesk(
            Completions completions,
            Changes changes,
            CompletionSettings settings,
            Bounds bounds,
            TransactionTemplate transaction,
            ApplicationEventPublisher events,
            Ids ids) {
        this.completions = completions;
        this.changes = changes;
        this.settings = settings;
        this.bounds = bounds;
        this.transaction = transaction;
        this.events = events;
        this.ids = ids;
    }

    /** Who is told each piece, in order. */
    public interface Hearer {
        /** One that can't be reached throws. */
        void hear(Piece piece) throws IOException;
    }

    /**
     * Returns when all texts have ended; {@link NotAnswered} says why they did not. Throws if the
     * caller is gone, and however it ends a worker stops at the next token.
     */
    public void write(Speaker speaker, Texts texts, BooleanSupplier hungUp, Hearer hearer)
            throws IOException {
        String id = ids.next("cmpl");
        Follower follower = new Follower(id, completions, settings.timeout());
        changes.watch(id, follower);
        try {
            transaction.executeWithoutResult(_ -> ask(id, speaker, texts));
            follower.follow(hungUp, hearer);
        } finally {
            changes.leave(id, follower);
            transaction.executeWithoutResult(_ -> forget(id));
        }
    }

    private void ask(String id, Speaker speaker, Texts texts) {
        bounds.requireTime();
        completions.clearUp();
        if (completions.count() >= settings.mostAtOnce())
            throw NotAnswered.busy(
                    "%d requests for text wait or are written, and there is no room for more; ask again soon"
                            .formatted(settings.mostAtOnce()),
                    BEFORE_ANOTHER_TRY);
        completions.add(id, speaker, texts, settings.timeout());
        events.publishEvent(new Waiting(CompletionWork.NAME, id));
    }

    private void forget(String id) {
        completions.forget(id);
        events.publishEvent(new Withdrawn(CompletionWork.NAME, id));
    }

    /** What a process that was killed had no time to forget. */
    @EventListener(ApplicationReadyEvent.class)
    void clearUp() {
        transaction.executeWithoutResult(_ -> completions.clearUp());
    }
}
