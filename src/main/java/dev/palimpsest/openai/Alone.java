package dev.palimpsest.openai;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Of those who are about to make the same thing all but one wait, until its transaction ends. */
@Component
class Alone {
    private final JdbcClient database;

    Alone(JdbcClient database) {
        this.database = database;
    }

    void with(String thing) {
        database.sql("select 1 from pg_advisory_xact_lock(hashtext(:thing))")
                .param("thing", thing)
                .query(Integer.class)
                .single();
    }
}
