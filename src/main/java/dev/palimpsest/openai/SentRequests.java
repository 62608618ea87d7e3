package dev.palimpsest.openai;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which request made which job, so that one that is sent again makes no second one. */
@Component
class SentRequests {
    private static final String FIND =
            """
            select job from openai_requests where sha256 = :sha256 and created_at >= :since
            order by created_at desc, job desc limit 1
            """;

    private final JdbcClient database;
    private final Clock clock;

    SentRequests(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    Optional<String> job(String sha256) {
        return database.sql(FIND)
                .param("sha256", sha256)
                .param("since", Timestamp.from(clock.instant().minus(Retry.LONGEST)))
                .query(String.class)
                .optional();
    }

    void made(String sha256, String job) {
        database.sql("insert into openai_requests (job, sha256, created_at) values (?, ?, ?)")
                .param(job)
                .param(sha256)
                .param(Timestamp.from(clock.instant()))
                .update();
    }
}
