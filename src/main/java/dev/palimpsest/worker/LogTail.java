package dev.palimpsest.worker;

import dev.palimpsest.metrics.LogLine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A trainer's log as it comes in: no flood makes it grow, as only the last lines wait to be filed,
 * and those are at hand for the reason of an end.
 */
final class LogTail {
    private static final int MOST_WAITING = 10_000;
    private static final int AT_HAND = 40;

    private final Deque<LogLine> waiting = new ArrayDeque<>();
    private final Deque<String> last = new ArrayDeque<>();
    private int count;

    synchronized void add(String text) {
        count++;
        last.addLast(text);
        if (last.size() > AT_HAND) last.removeFirst();
        waiting.addLast(new LogLine(count, text));
        if (waiting.size() > MOST_WAITING) waiting.removeFirst();
    }

    /** The lines since the last call. */
    synchronized List<LogLine> drain() {
        List<LogLine> drained = new ArrayList<>(waiting);
        waiting.clear();
        return drained;
    }

    synchronized String lastLines() {
        return String.join("\n", last);
    }
}
