package dev.palimpsest.metrics;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The trainers' logs: of each attempt the first lines, which say how it began, and the last, which
 * say how it ended.
 */
@Component
public class Logs {
    static final int FIRST_KEPT = 1_000;
    static final int LAST_KEPT = 9_000;

    /** A line and the attempt that wrote it. */
    record Entry(int attempt, int number, String line) {}

    private static final String ADD =
            "insert into log_lines (job, attempt, number, line) values (?, ?, ?, ?) on conflict do nothing";

    private static final String DROP_THE_MIDDLE =
            "delete from log_lines where job = ? and attempt = ? and number > ? and number <= ?";

    private static final String READ =
            """
            select attempt, number, line from log_lines
            where job = ? and (attempt, number) > (?, ?) order by attempt, number limit ?
            """;

    private final JdbcTemplate database;

    Logs(JdbcTemplate database) {
        this.database = database;
    }

    public void add(String job, int attempt, List<LogLine> lines) {
        if (lines.isEmpty()) return;
        database.batchUpdate(
                ADD,
                lines.stream()
                        .map(line -> new Object[] {job, attempt, line.number(), storable(line)})
                        .toList());
        int last = lines.getLast().number();
        if (last > FIRST_KEPT + LAST_KEPT)
            database.update(DROP_THE_MIDDLE, job, attempt, FIRST_KEPT, last - LAST_KEPT);
    }

    List<Entry> read(String job, int afterAttempt, int afterNumber, int limit) {
        return database.query(
                READ,
                (row, _) ->
                        new Entry(
                                row.getInt("attempt"), row.getInt("number"), row.getString("line")),
                job,
                afterAttempt,
                afterNumber,
                limit);
    }

    /** PostgreSQL's text holds every character but this one. */
    private static String storable(LogLine line) {
        return line.text().replace('\0', '\uFFFD');
    }
}
