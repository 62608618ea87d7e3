package dev.palimpsest.access;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who asks.
 *
 * @param id stays the same: a key's id, a token's subject, or what stands for neither
 * @param name what people call it
 * @param project where all is that it sees; null for those who run the service, who work in any
 */
public record Caller(String id, String name, Scope scope, @Nullable String project)
        implements AuthenticatedPrincipal {
    static final String NOBODY = "nobody";

    private static final String KEY = "key_";

    /** Whoever reaches a loopback address where nothing is configured. */
    static final Caller LOCAL = new Caller("local", "local", Scope.ADMINISTER, null);

    /** Whoever holds the key of the configuration. */
    static final Caller ADMINISTRATOR =
            new Caller("administrator", "administrator", Scope.ADMINISTER, null);

    /** Whether an id is a key's or one of those above, which nobody else's can be. */
    static boolean isOwnId(String id) {
        return id.startsWith(KEY)
                || List.of(NOBODY, LOCAL.id(), ADMINISTRATOR.id())
                        .contains(id.toLowerCase(Locale.ROOT));
    }

    /** Whether it runs the service. */
    boolean runsTheService() {
        return project == null && scope == Scope.ADMINISTER;
    }

    /** The same, at work in a project. */
    Caller in(String its) {
        return new Caller(id, name, scope, its);
    }

    @Override
    public String getName() {
        return id;
    }
}
