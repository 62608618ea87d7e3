package dev.palimpsest.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Spans of what takes longer than a request; where traces are sent nowhere, nothing is done. */
@Component
public class Traces {
    /** A sampled traceparent, as the W3C's Trace Context writes it. */
    private static final Pattern PARENT = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-01");

    private final @Nullable Tracer tracer;

    Traces(ObjectProvider<Tracer> tracer) {
        this.tracer = tracer.getIfAvailable();
    }

    public boolean areSent() {
        return tracer != null;
    }

    /** The traceparent of what the calling thread does, if that is recorded. */
    public Optional<String> here() {
        Span span = tracer == null ? null : tracer.currentSpan();
        if (span == null || !Boolean.TRUE.equals(span.context().sampled())) return Optional.empty();
        return Optional.of(
                "00-%s-%s-01".formatted(span.context().traceId(), span.context().spanId()));
    }

    /** Goes on with a trace on the calling thread, until it is closed there. */
    public Passage enter(String name, String traceparent, Map<String, String> tags) {
        if (tracer == null) return Passage.UNSEEN;
        Span span = parted(tracer, name, tags).setParent(context(tracer, traceparent)).start();
        return new Passage(span, tracer.withSpan(span));
    }

    /** Tells of what is over, as a part of what the calling thread does. */
    public void tell(String name, Instant began, Instant ended, Map<String, String> tags) {
        here().ifPresent(parent -> tell(name, parent, began, ended, tags));
    }

    /** Tells of what is over, as a part of a trace. */
    public void tell(
            String name,
            String traceparent,
            Instant began,
            Instant ended,
            Map<String, String> tags) {
        if (tracer == null) return;
        parted(tracer, name, tags)
                .setParent(context(tracer, traceparent))
                .startTimestamp(micros(began), TimeUnit.MICROSECONDS)
                .start()
                .end(micros(ended), TimeUnit.MICROSECONDS);
    }

    private static Span.Builder parted(Tracer tracer, String name, Map<String, String> tags) {
        Span.Builder span = tracer.spanBuilder().name(name);
        tags.forEach(span::tag);
        return span;
    }

    private static TraceContext context(Tracer tracer, String traceparent) {
        Matcher ids = PARENT.matcher(traceparent);
        if (!ids.matches()) throw new IllegalArgumentException("no traceparent: " + traceparent);
        return tracer.traceContextBuilder()
                .traceId(ids.group(1))
                .spanId(ids.group(2))
                .sampled(true)
                .build();
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
