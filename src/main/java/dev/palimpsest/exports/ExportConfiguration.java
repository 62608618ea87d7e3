package dev.palimpsest.exports;

import dev.palimpsest.background.BackgroundQueue;
import dev.palimpsest.background.BackgroundQueues;
import dev.palimpsest.home.Settings;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets exports wait their turn. */
@Configuration(proxyBeanMethods = false)
class ExportConfiguration {
    /** One at a time where jobs run, beside them. */
    @Bean
    BackgroundQueue exportQueue(BackgroundQueues queues, MakeExport makeExport, Settings settings) {
        return queues.of("export_queue", 1, settings.role().runsJobs(), List.of(makeExport));
    }
}
