package dev.palimpsest.metrics;

import dev.palimpsest.projects.CurrentProject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Files what several clients tell at once in one statement and one commit, which each of them
 * awaits: who finds nobody filing leads, and who comes meanwhile waits for the first of those who
 * wait to take them all. Who leads waits a moment until half of those who told of late are there: a
 * commit takes as long for many as for one, and the other half's requests are answered and read
 * meanwhile. It does not wait if it has many points itself, and nobody waits for who is alone.
 */
@Component
class FileTogether {
    private static final int MOST_POINTS = 20_000;
    private static final int FEW_POINTS = 100; // of more the commit is a small part
    private static final long MOMENT_NANOS = 3_000_000;

    private final JdbcClient database;
    private final Map<String, Line> lines = new ConcurrentHashMap<>(); // by project

    FileTogether(JdbcClient database) {
        this.database = database;
    }

    /** What one client tells; its turn is empty if it is to go ahead, or whether it was filed. */
    private record Told(
            String job,
            Metrics.Reached reached,
            Collection<Strand> strands,
            int points,
            CompletableFuture<Optional<Boolean>> turn) {}

    /**
     * Whether it was filed: only if each point comes after all that its series, which is there, has
     * so far, and nothing else is to be said of the job. Otherwise nothing was done.
     */
    boolean file(String job, Metrics.Reached reached, List<Metrics.Reading> readings) {
        Collection<Strand> strands = Strand.of(readings);
        if (strands.isEmpty()) return false;
        Told own = new Told(job, reached, strands, readings.size(), new CompletableFuture<>());
        Line line = lines.computeIfAbsent(CurrentProject.own(), _ -> new Line());
        line.join(own);
        return own.turn().join().orElseGet(() -> lead(line));
    }

    /** Files those who wait, the one that leads at their head; its own answer. */
    private boolean lead(Line line) {
        List<Told> together = line.leave();
        Boolean[] filed = {};
        try {
            filed = filed(together);
        } finally {
            for (int i = 1; i < together.size(); i++)
                together.get(i).turn().complete(Optional.of(i < filed.length && filed[i]));
            line.goOn();
        }
        return filed.length > 0 && filed[0];
    }

    /** Where it fails each finds out alone why. */
    private Boolean[] filed(List<Told> together) {
        Ahead ahead = new Ahead();
        for (Told one : together) ahead.add(one.job(), one.reached(), one.strands());
        try {
            return ahead.file(database);
        } catch (DataAccessException _) {
            return new Boolean[0];
        }
    }

    /** Those who wait, in the order that they came in; one at most is ahead. */
    private static final class Line {
        private final Deque<Told> waiting = new ArrayDeque<>();
        private Set<String> before = Set.of(); // whose points were filed last
        private boolean busy;
        private int expected = 1;
        private long wentOn = System.nanoTime();

        synchronized void join(Told one) {
            waiting.add(one);
            if (!busy) {
                if (System.nanoTime() - wentOn > MOMENT_NANOS) forget();
                goOn();
            } else if (waiting.size() >= expected) notifyAll();
        }

        private void forget() {
            before = Set.of();
            expected = 1;
        }

        /** Of each job the first, and no more points than a statement should have. */
        synchronized List<Told> leave() {
            gather();
            List<Told> together = new ArrayList<>();
            Set<String> jobs = new HashSet<>();
            int points = 0;
            for (Iterator<Told> each = waiting.iterator(); each.hasNext(); ) {
                Told one = each.next();
                points += one.points();
                if (points > MOST_POINTS && !together.isEmpty()) break;
                if (!jobs.add(one.job())) continue;
                together.add(one);
                each.remove();
            }
            expected = half(jobs);
            before = jobs;
            return together;
        }

        private void gather() {
            if (waiting.getFirst().points() > FEW_POINTS) return;
            long ends = System.nanoTime() + MOMENT_NANOS;
            try {
                for (long left = MOMENT_NANOS;
                        waiting.size() < expected && left > 0;
                        left = ends - System.nanoTime()) TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // it goes without them
            }
        }

        /** Of those whose points are filed now or were before. */
        private int half(Set<String> jobs) {
            long others = before.stream().filter(job -> !jobs.contains(job)).count();
            return (jobs.size() + (int) others + 1) / 2;
        }

        synchronized void goOn() {
            busy = !waiting.isEmpty();
            wentOn = System.nanoTime();
            if (busy) waiting.getFirst().turn().complete(Optional.empty());
        }
    }
}
