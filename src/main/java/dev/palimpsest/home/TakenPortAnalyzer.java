package dev.palimpsest.home;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which port is taken and how to choose another. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class TakenPortAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable root, PortInUseException cause) {
        return new FailureAnalysis(
                "port %d is taken by another program; stop it, or choose another port with --server.port=%d"
                        .formatted(cause.getPort(), cause.getPort() + 1),
                null,
                cause);
    }
}
