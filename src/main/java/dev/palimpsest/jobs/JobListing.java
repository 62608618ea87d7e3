package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Pages of jobs, the newest first; each condition has an index that ends in the id. */
@Component
class JobListing {
    /** What is asked for; a condition that is left out holds for every job. */
    record Question(
            @Nullable String experiment,
            @Nullable Status status,
            @Nullable String method,
            @Nullable String sweep,
            Map<String, String> tags) {}

    private final JdbcClient database;
    private final Jobs jobs;

    JobListing(JdbcClient database, Jobs jobs) {
        this.database = database;
        this.jobs = jobs;
    }

    Page<Job> page(Question question, Paging paging) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        List<String> conditions = new ArrayList<>();
        if (question.experiment() != null) {
            conditions.add("experiment = :experiment");
            parameters.put("experiment", question.experiment());
        }
        if (question.status() != null) {
            conditions.add("status = :status");
            parameters.put("status", question.status().word());
        }
        if (question.method() != null) {
            conditions.add("method = :method");
            parameters.put("method", question.method());
        }
        if (question.sweep() != null) {
            conditions.add("sweep = :sweep");
            parameters.put("sweep", question.sweep());
        }
        if (!question.tags().isEmpty()) {
            conditions.add("tags @> cast(:tags as jsonb)");
            parameters.put("tags", Binder.JSON.writeValueAsString(question.tags()));
        }
        if (paging.after() != null) {
            conditions.add("id < :after");
            parameters.put("after", paging.after());
        }
        parameters.put("limit", paging.limit() + 1);
        String where = conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
        List<String> ids =
                database.sql(
                                "select id from jobs %s order by id desc limit :limit"
                                        .formatted(where))
                        .params(parameters)
                        .query(String.class)
                        .list();
        List<Job> found = new ArrayList<>(jobs.findAllById(ids));
        found.sort(Comparator.comparing(Job::id).reversed());
        return Page.of(found, paging.limit(), Job::id);
    }
}
