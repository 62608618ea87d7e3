package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepositoryContext;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Execution;
import java.time.Instant;
import java.util.List;

/** The order in which a worker is given entries: claim_entries in db/migration has it. */
final class Claim extends PostgreSqlJdbcCustomization {
    private static final String NEXT = "select * from claim_entries(?, ?, ?)";

    Claim() {
        super(false, false);
    }

    @Override
    public List<Execution> lockAndFetchSingleStatement(
            JdbcTaskRepositoryContext queue, Instant now, int limit, boolean orderByPriority) {
        return queue.jdbcRunner.query(
                NEXT,
                values -> {
                    values.setString(1, queue.schedulerName.getName());
                    setInstant(values, 2, now);
                    values.setInt(3, limit);
                },
                queue.resultSetMapper.get());
    }
}
