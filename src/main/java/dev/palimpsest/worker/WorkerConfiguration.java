package dev.palimpsest.worker;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How this worker starts trainers. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {
    @Bean
    TrainerCommand trainerCommand(WorkerSettings settings) {
        return TrainerCommand.ofThisProcess("trainer", settings.heap(), settings.trainerThreads());
    }
}
