package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.time.Instant;
import java.util.List;

/**
 * The order in which a worker is given entries: claim_entries in db/migration has it. One that was
 * given something looks again as soon as that is done.
 */
final class Claim extends PostgreSqlJdbcCustomization {
    private static final String NEXT = "select * from claim_entries(?, ?, ?)";

    private final Crowd crowd;
    private boolean busy;

    Claim(Crowd crowd) {
        super(false, false);
        this.crowd = crowd;
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext queue, Instant now, int limit, boolean orderByPriority) {
        if (!busy && !crowd.looks()) return List.of();
        List<Execution> given =
                queue.jdbcRunner.query(
                        NEXT,
                        values -> {
                            values.setString(1, queue.schedulerName.getName());
                            setInstant(values, 2, now);
                            values.setInt(3, limit);
                        },
                        queue.resultSetMapper.get());
        busy = !given.isEmpty();
        return given;
    }
}
