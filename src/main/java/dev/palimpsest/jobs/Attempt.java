package dev.palimpsest.jobs;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One execution of a job by one worker. */
@Embeddable
public record Attempt(
        String worker,
        @Column(name = "started_at") Instant startedAt,
        @Column(name = "ended_at") @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable String reason) {

    static Attempt begun(String worker, Instant now) {
        return new Attempt(worker, now, null, null, null);
    }

    Attempt ended(Outcome outcome, Instant now) {
        String reason =
                switch (outcome) {
                    case Outcome.Failed failed -> failed.reason();
                    case Outcome.OutOfMemory out -> out.reason();
                    case Outcome.DiskFull full -> full.reason();
                    case Outcome.TimedOut over -> "it ran for " + over.limit();
                    case Outcome.Lost lost -> lost.reason();
                    case Outcome.HandedBack back -> back.reason();
                    case Outcome.Paused paused -> paused.reason();
                    case Outcome.Finished _, Outcome.Cancelled _ -> null;
                };
        return new Attempt(worker, startedAt, now, outcome.word(), reason);
    }
}
