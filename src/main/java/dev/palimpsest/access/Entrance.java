package dev.palimpsest.access;

import dev.palimpsest.home.CannotStart;
import dev.palimpsest.home.Settings;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;

/** Whether a key is asked for; a service that others can reach does not start without one. */
@Component
public final class Entrance {
    private static final int SHORTEST_KEY = 20;

    /** What an Authorization header can carry (RFC 6750), and nobody guesses. */
    private static final String KEY = "[A-Za-z0-9._~+/-]{" + SHORTEST_KEY + ",}";

    private final boolean guarded;

    Entrance(
            AccessSettings access,
            Settings settings,
            ObjectProvider<ServerProperties> server,
            @Value("${spring.security.oauth2.resourceserver.jwt.issuer-uri:}") String issuer) {
        this.guarded = !access.adminKey().isEmpty() || !issuer.isEmpty();
        if (!access.adminKey().isEmpty() && !access.adminKey().matches(KEY))
            throw new CannotStart(
                    "palimpsest.access.admin-key must have at least %d characters out of letters, digits and -._~+/, as `openssl rand -hex 32` makes them."
                            .formatted(SHORTEST_KEY));
        if (!guarded && settings.role().answersRequests())
            server.ifAvailable(
                    its -> requireLoopback(its.getAddress())); // none: nobody is answered
    }

    /** Whether callers have to say who they are. */
    public boolean isGuarded() {
        return guarded;
    }

    private static void requireLoopback(@Nullable InetAddress address) {
        if (address != null && address.isLoopbackAddress()) return;
        throw new CannotStart(
                ("server.address %s can be reached by others and no key is asked for; set palimpsest.access.admin-key"
                                + " (PALIMPSEST_ACCESS_ADMIN_KEY) to a secret of at least %d characters, or"
                                + " spring.security.oauth2.resourceserver.jwt.issuer-uri to your issuer, or server.address to 127.0.0.1.")
                        .formatted(
                                address == null ? "is not set and" : address.getHostAddress(),
                                SHORTEST_KEY));
    }
}
