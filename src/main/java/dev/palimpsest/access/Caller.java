package dev.palimpsest.access;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who asks.
 *
 * @param id stays the same: a key's id, a token's subject, or what stands for neither
 * @param name what people call it
 */
public record Caller(String id, String name, Scope scope) implements AuthenticatedPrincipal {
    static final String NOBODY = "nobody";

    /** Whoever reaches a loopback address where nothing is configured. */
    static final Caller LOCAL = new Caller("local", "local", Scope.ADMINISTER);

    /** Whoever holds the key of the configuration. */
    static final Caller ADMINISTRATOR =
            new Caller("administrator", "administrator", Scope.ADMINISTER);

    @Override
    public String getName() {
        return id;
    }
}
