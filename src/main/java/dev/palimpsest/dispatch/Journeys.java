package dev.palimpsest.dispatch;

import dev.palimpsest.jobs.Turn;
import dev.palimpsest.telemetry.Passage;
import dev.palimpsest.telemetry.Traces;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Carries a request's trace through the queue, to whichever worker takes the job. */
@Component
class Journeys {
    private static final String NOTE =
            "update scheduled_tasks set traceparent = :parent where task_name = :task and task_instance = :entry";
    private static final String NOTED =
            """
            select traceparent, execution_time from scheduled_tasks
            where task_name = :task and task_instance = :entry and traceparent is not null
            """;

    private final Traces traces;
    private final JdbcClient database;
    private final Clock clock;

    Journeys(Traces traces, JdbcClient database, Clock clock) {
        this.traces = traces;
        this.database = database;
        this.clock = clock;
    }

    /** Where a trace was left, and when the job began to wait. */
    private record Origin(String traceparent, Instant since) {}

    /** In the transaction that enters it. */
    void note(Entry entry) {
        traces.here()
                .ifPresent(
                        parent ->
                                database.sql(NOTE)
                                        .param("parent", parent)
                                        .param("task", JobExecution.NAME)
                                        .param("entry", entry.toString())
                                        .update());
    }

    /** The waiting is over, the attempt begins. */
    Passage attempt(Entry entry, Turn turn, String worker) {
        if (!traces.areSent()) return Passage.UNSEEN;
        return database.sql(NOTED)
                .param("task", JobExecution.NAME)
                .param("entry", entry.toString())
                .query(
                        (row, _) ->
                                new Origin(
                                        row.getString("traceparent"),
                                        row.getTimestamp("execution_time").toInstant()))
                .optional()
                .map(origin -> attempt(origin, turn, worker))
                .orElse(Passage.UNSEEN);
    }

    private Passage attempt(Origin origin, Turn turn, String worker) {
        Map<String, String> tags =
                Map.of(
                        "palimpsest.job", turn.job(),
                        "palimpsest.attempt", Integer.toString(turn.attempt()),
                        "palimpsest.worker", worker);
        traces.tell("queue", origin.traceparent(), origin.since(), clock.instant(), tags);
        return traces.enter("attempt", origin.traceparent(), tags);
    }
}
