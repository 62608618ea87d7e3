package dev.palimpsest.webhooks;

import dev.palimpsest.background.BackgroundQueue;
import dev.palimpsest.background.BackgroundQueues;
import dev.palimpsest.home.Settings;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets deliveries wait their turn. */
@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {
    static final int THREADS = 16; // most of the time each waits for an answer

    /** Posted where requests come: workers need no way out. */
    @Bean
    BackgroundQueue webhookQueue(BackgroundQueues queues, Deliver deliver, Settings settings) {
        return queues.of(
                "webhook_queue", THREADS, settings.role().answersRequests(), List.of(deliver));
    }
}
