package dev.palimpsest.telemetry;

import java.time.Duration;
import java.time.Instant;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** How long a worker may be silent before it counts as lost. */
@Component
class Silence {
    private static final int MISSED_HEARTBEATS = 5;

    private final Duration most;

    Silence(@Value("${palimpsest.worker.heartbeat:5s}") Duration heartbeat) {
        this.most = heartbeat.multipliedBy(MISSED_HEARTBEATS);
    }

    /** A worker that was heard of since then is alive. */
    Instant heardSince(Instant now) {
        return now.minus(most);
    }
}
