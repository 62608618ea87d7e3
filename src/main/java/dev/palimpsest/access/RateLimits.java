package dev.palimpsest.access;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets each caller ask so many times a second, and says when to come back. Each API process counts
 * for itself.
 */
@Component
@Order(-90) // behind Spring Security's chain
final class RateLimits extends OncePerRequestFilter {
    private final int perSecond;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    RateLimits(AccessSettings access) {
        this.perSecond = access.requestsPerSecond();
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = Callers.of(request);
        if (perSecond > 0 && caller != null) {
            ConsumptionProbe probe =
                    buckets.computeIfAbsent(caller.id(), _ -> bucket())
                            .tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) {
                long seconds =
                        Math.ceilDiv(
                                probe.getNanosToWaitForRefill(), Duration.ofSeconds(1).toNanos());
                response.setHeader("Retry-After", Long.toString(seconds));
                response.sendError(
                        429,
                        "%d requests a second are let through for one caller; ask again in %d s"
                                .formatted(perSecond, seconds));
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(
                        limit ->
                                limit.capacity(perSecond)
                                        .refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}
