package dev.palimpsest.studies;

import dev.palimpsest.background.BackgroundQueue;
import dev.palimpsest.background.BackgroundQueues;
import dev.palimpsest.home.Settings;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets looks at studies wait their turn. */
@Configuration(proxyBeanMethods = false)
class StudyConfiguration {
    /** Where requests come, as jobs are made there. */
    @Bean
    BackgroundQueue studyQueue(BackgroundQueues queues, StudyWork work, Settings settings) {
        return queues.of("study_queue", 1, settings.role().answersRequests(), List.of(work));
    }
}
