package dev.palimpsest.home;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lets Spring Boot say the sentence of {@link CannotStart} and no stack trace. */
final class CannotStartAnalyzer extends AbstractFailureAnalyzer<CannotStart> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, CannotStart cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
    }
}
