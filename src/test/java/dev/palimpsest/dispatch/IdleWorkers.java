package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SystemClock;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerConfigurationSupport;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import com.github.kagkarlsson.scheduler.stats.StatsRegistry;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.worker.Runner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Workers that claim as real ones do, and for which a job is done once a test says so. */
final class IdleWorkers implements AutoCloseable {
    private static final String REGISTER =
            """
            insert into workers (id, device, device_class, labels, memory_bytes, threads, started_at, last_heartbeat)
            values (:id, 'cpu', :class, cast(:labels as jsonb), :memory, 1, now(), now())
            """;

    private final ApplicationContext context;
    private final Function<Turn, Outcome> work;
    private final List<Scheduler> schedulers = new ArrayList<>();

    IdleWorkers(ApplicationContext context) {
        this(context, _ -> new Outcome.Finished(10, 1L << 30));
    }

    /**
     * @param work what comes of each turn
     */
    IdleWorkers(ApplicationContext context, Function<Turn, Outcome> work) {
        this.context = context;
        this.work = work;
    }

    private record Idle(String id, Turns turns, Function<Turn, Outcome> work) implements Runner {
        @Override
        public Optional<Status> run(Turn turn, BooleanSupplier stopping) {
            return Optional.of(turns.end(turn, work.apply(turn)));
        }

        @Override
        public void suffered(Exception fault) {
            throw new IllegalStateException("it does jobs only", fault);
        }
    }

    void start(String id, String deviceClass, String labels, long memory) {
        context.getBean(JdbcClient.class)
                .sql(REGISTER)
                .param("id", id)
                .param("class", deviceClass)
                .param("labels", labels)
                .param("memory", memory)
                .update();
        Runner runner = new Idle(id, context.getBean(Turns.class), work);
        JobExecution execution =
                new JobExecution(
                        context.getBean(Turns.class),
                        runner,
                        context.getBean(DeviceWorks.class),
                        context.getBean(Journeys.class));
        Scheduler scheduler =
                DbSchedulerConfigurationSupport.buildScheduler(
                        context.getBean(DbSchedulerProperties.class),
                        new DispatchConfiguration()
                                .claimedByTheWorker(runner, context.getBean(Crowd.class)),
                        StatsRegistry.NOOP,
                        new SystemClock(),
                        context.getBean(DataSource.class),
                        List.of(execution.task()),
                        List.of(),
                        List.of());
        schedulers.add(scheduler);
        scheduler.start();
    }

    @Override
    public void close() {
        schedulers.forEach(Scheduler::stop);
        context.getBean(JdbcClient.class).sql("delete from workers").update();
    }
}
