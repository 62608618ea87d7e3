package dev.palimpsest.demo;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;

/** Tells the profile's story, if it has one, beside the service, which goes on after it. */
@Component
class Teller {
    private final Optional<Story> story;
    private final Environment environment;
    private @Nullable Thread thread;
    private volatile boolean closing;

    Teller(Optional<Story> story, Environment environment) {
        this.story = story;
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        if (story.isEmpty()) return;
        PublicApi api =
                new PublicApi(
                        "http://127.0.0.1:" + environment.getRequiredProperty("local.server.port"),
                        environment.getProperty("palimpsest.access.admin-key", ""));
        thread = Thread.ofPlatform().daemon().name("story").start(() -> tell(story.get(), api));
    }

    @EventListener(ContextClosedEvent.class)
    void end() {
        closing = true;
        if (thread != null) thread.interrupt();
    }

    private void tell(Story its, PublicApi api) {
        try {
            its.tell(api);
        } catch (PublicApi.Refused | IOException broken) {
            System.out.println("The story cannot go on: " + broken.getMessage());
        } catch (ResourceAccessException unanswered) {
            if (!closing) System.out.println("The story cannot go on: " + unanswered.getMessage());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt(); // the service ends before it does
        }
    }
}
