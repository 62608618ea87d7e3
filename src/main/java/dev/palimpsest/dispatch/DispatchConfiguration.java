package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerCustomizer;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.palimpsest.background.WorkTask;
import dev.palimpsest.worker.Loop;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tells db-scheduler of our tasks, and under which name entries are picked. */
@Configuration(proxyBeanMethods = false)
class DispatchConfiguration {
    @Bean
    Task<Void> jobTask(JobExecution execution) {
        return execution.task();
    }

    /** What else takes the device waits in the same queue, so that a worker does one at a time. */
    @Bean
    Task<Void> deviceTask(DeviceWorks works, Leaving leaving) {
        return WorkTask.of(works, leaving);
    }

    @Bean
    DbSchedulerCustomizer pickedByTheWorker(Loop loop) {
        return new DbSchedulerCustomizer() {
            @Override
            public Optional<SchedulerName> schedulerName() {
                return Optional.of(loop::id);
            }
        };
    }
}
