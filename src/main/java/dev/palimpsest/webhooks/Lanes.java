package dev.palimpsest.webhooks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Lets few posts go to one host at once, so that those to a slow one leave threads to others. */
@Component
final class Lanes {
    static final int MOST_AT_ONCE = 2;
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);

    private final Map<String, List<Instant>> underWay = new HashMap<>();

    /**
     * Nothing if a post may begin, which is to be told of when it ends. Else how long to wait: as
     * long again as the posts there have taken so far.
     */
    synchronized Optional<Duration> enter(String host, Instant now) {
        List<Instant> begun = underWay.computeIfAbsent(host, _ -> new ArrayList<>());
        if (begun.size() < MOST_AT_ONCE) {
            begun.add(now);
            return Optional.empty();
        }
        Duration taken = Duration.between(begun.getFirst(), now);
        return Optional.of(taken.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : taken);
    }

    synchronized void leave(String host, Instant entered) {
        List<Instant> begun = underWay.getOrDefault(host, new ArrayList<>());
        begun.remove(entered);
        if (begun.isEmpty()) underWay.remove(host);
    }
}
