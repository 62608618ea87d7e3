package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.palimpsest.background.RetrySettings;
import dev.palimpsest.background.WorkTask;
import dev.palimpsest.worker.Runner;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells db-scheduler of our tasks, under which name entries are picked, and in which order. */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {
    @Bean
    Task<Void> jobTask(JobExecution execution) {
        return execution.task();
    }

    /** What else takes the device waits in the same queue, so that a worker does one at a time. */
    @Bean
    Task<Void> deviceTask(DeviceWorks works, Leaving leaving, RetrySettings retry) {
        return WorkTask.of(works, leaving, retry);
    }

    @Bean
    DbSchedulerCustomizer claimedByTheWorker(Runner runner, Crowd crowd) {
        return new DbSchedulerCustomizer() {
            @Override
            public Optional<SchedulerName> schedulerName() {
                return Optional.of(runner::id);
            }

            @Override
            public Optional<JdbcCustomization> jdbcCustomization() {
                return Optional.of(new Claim(crowd));
            }
        };
    }
}
