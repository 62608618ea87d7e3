package dev.palimpsest.openai;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.spec.Binder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Pages of jobs by their metadata, which are their tags; whichever way the jobs came. */
@Component
class FineTuningJobs {
    private static final String NEWEST_FIRST =
            """
            select id from jobs
            where (:after = '' or id < :after) and tags @> cast(:tags as jsonb) and (not :none or tags = '{}')
            order by id desc limit :limit
            """;

    private final JdbcClient database;
    private final Jobs jobs;

    FineTuningJobs(JdbcClient database, Jobs jobs) {
        this.database = database;
        this.jobs = jobs;
    }

    /**
     * What is asked of metadata.
     *
     * @param none that there are none
     */
    record Metadata(Map<String, String> pairs, boolean none) {}

    List<Job> page(String after, Metadata metadata, int limit) {
        List<String> ids =
                database.sql(NEWEST_FIRST)
                        .param("after", after)
                        .param("tags", Binder.JSON.writeValueAsString(metadata.pairs()))
                        .param("none", metadata.none())
                        .param("limit", limit)
                        .query(String.class)
                        .list();
        return jobs.findAllById(ids).stream()
                .filter(Job::isReadable)
                .sorted(Comparator.comparing(Job::id).reversed())
                .toList();
    }
}
