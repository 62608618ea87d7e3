package dev.palimpsest.dispatch;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * After a restart nothing of what this worker had picked is running: its entries are free at once,
 * not only after the silence that makes others think it dead.
 */
@Component
class OwnEntries {
    private static final String FREE =
            """
            update scheduled_tasks
            set picked = false, picked_by = null, last_heartbeat = null, version = version + 1
            where picked and picked_by = :worker
            """;

    private final JdbcClient database;

    OwnEntries(JdbcClient database) {
        this.database = database;
    }

    int free(String worker) {
        return database.sql(FREE).param("worker", worker).update();
    }
}
