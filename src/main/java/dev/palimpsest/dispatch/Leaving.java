package dev.palimpsest.dispatch;

import java.util.function.BooleanSupplier;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Whether the service closes, and what runs is to be handed back. */
@Component
class Leaving implements BooleanSupplier {
    private volatile boolean closing;

    @EventListener(ContextClosedEvent.class)
    void close() {
        closing = true;
    }

    @Override
    public boolean getAsBoolean() {
        return closing;
    }
}
