package dev.palimpsest.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;

/** A stretch of a trace that one thread goes through: what it does meanwhile is a part of it. */
public final class Passage implements AutoCloseable {
    /** Nobody looks. */
    public static final Passage UNSEEN = new Passage(null, null);

    private final @Nullable Span span;
    private final Tracer.@Nullable SpanInScope scope;

    Passage(@Nullable Span span, Tracer.@Nullable SpanInScope scope) {
        this.span = span;
        this.scope = scope;
    }

    public void tag(String name, String value) {
        if (span != null) span.tag(name, value);
    }

    @Override
    public void close() {
        if (scope != null) scope.close();
        if (span != null) span.end();
    }
}
