package dev.palimpsest.jobs;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How far jobs have come that are trained elsewhere: told thousands of times a second, so by one
 * statement that does not read the job, whose spec alone takes longer to bind.
 */
@Component
public class Advance {
    /** As {@link Job#admitOwner} and {@link Job#reached}; a job that is there already stays. */
    private static final String REACH =
            """
            with advanced as (
                update jobs set step = greatest(step, :step), tokens = greatest(tokens, :tokens)
                where id = :job and status = 'running' and origin is null and spec ->> 'executor' = 'external'
                  and (step < :step or tokens < :tokens)
                returning id)
            select exists (select from advanced) or exists (
                select from jobs
                where id = :job and status = 'running' and origin is null and spec ->> 'executor' = 'external'
                for key share)
            """;

    private final JdbcClient database;

    Advance(JdbcClient database) {
        this.database = database;
    }

    /**
     * Whether the job may be told of; then it stays until the transaction ends, and if it has
     * advanced, its row is locked.
     */
    public boolean reach(String job, long step, long tokens) {
        return database.sql(REACH)
                .param("job", job)
                .param("step", step)
                .param("tokens", tokens)
                .query(Boolean.class)
                .single();
    }
}
