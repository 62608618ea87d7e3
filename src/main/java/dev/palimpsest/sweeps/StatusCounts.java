package dev.palimpsest.sweeps;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Status;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How many jobs of a sweep have each status. */
@Component
public class StatusCounts {
    private static final String COUNTS =
            """
            select sweep, status, count(*) as jobs from jobs
            where sweep = any(:sweeps) group by sweep, status
            """;

    private final JdbcClient database;

    StatusCounts(JdbcClient database) {
        this.database = database;
    }

    /** By sweep and by the status's word, each status among them. */
    public Map<String, Map<String, Long>> of(List<String> sweeps) {
        Map<String, Map<String, Long>> counts = new HashMap<>();
        for (String sweep : sweeps) counts.put(sweep, none());
        database.sql(COUNTS)
                .param("sweeps", sweeps.toArray(new String[0]))
                .query(
                        row -> {
                            counts.computeIfAbsent(row.getString("sweep"), _ -> none())
                                    .put(row.getString("status"), row.getLong("jobs"));
                        });
        return counts;
    }

    /** Of jobs that are read already. */
    static Map<String, Long> count(List<Job> jobs) {
        Map<String, Long> counts = none();
        for (Job job : jobs) counts.merge(job.status().word(), 1L, Long::sum);
        return counts;
    }

    private static Map<String, Long> none() {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Status status : Status.values()) counts.put(status.word(), 0L);
        return counts;
    }
}
