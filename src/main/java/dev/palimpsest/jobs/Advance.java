package dev.palimpsest.jobs;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far jobs have come that are trained elsewhere: told thousands of times a second, so by one
 * statement that does not read the job, whose spec alone takes longer to bind (db/migration, V29).
 */
@Component
public class Advance {
    private final JdbcClient database;

    Advance(JdbcClient database) {
        this.database = database;
    }

    /**
     * Whether the job may be told of; then it stays until the transaction ends, and if it has
     * advanced, its row is locked.
     */
    public boolean reach(String job, long step, long tokens) {
        return database.sql("select reach_step(:job, :step, :tokens)")
                .param("job", job)
                .param("step", step)
                .param("tokens", tokens)
                .query(Boolean.class)
                .single();
    }
}
