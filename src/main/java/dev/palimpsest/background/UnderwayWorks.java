package dev.palimpsest.background;

import com.github.kagkarlsson.scheduler.event.ExecutionChain;
import com.github.kagkarlsson.scheduler.event.ExecutionInterceptor;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import dev.palimpsest.home.Underway;
import org.springframework.stereotype.Component;

/** Says of every piece that a queue gives out when it begins and ends. */
@Component
class UnderwayWorks implements ExecutionInterceptor {
    private final Underway underway;

    UnderwayWorks(Underway underway) {
        this.underway = underway;
    }

    @Override
    public CompletionHandler<?> execute(
            TaskInstance<?> piece, ExecutionContext context, ExecutionChain chain) {
        try (Underway.Stay _ = underway.begin()) {
            return chain.proceed(piece, context);
        }
    }
}
