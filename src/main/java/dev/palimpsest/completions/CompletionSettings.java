package dev.palimpsest.completions;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much models may say.
 *
 * @param mostTokens of a text
 * @param mostAtOnce requests that wait or are written, of the whole service
 * @param timeout how long a caller waits at most
 * @param idle how long a process stays with its model while nothing is asked of it
 */
@ConfigurationProperties("palimpsest.completions")
public record CompletionSettings(
        @DefaultValue("1024") int mostTokens,
        @DefaultValue("16") int mostAtOnce,
        @DefaultValue("2m") Duration timeout,
        @DefaultValue("1m") Duration idle) {}
