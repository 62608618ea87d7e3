package dev.palimpsest.access;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is let in.
 *
 * @param adminKey a key of full scope that makes the others; without one and without an issuer
 *     everybody is let in, which only a loopback address allows
 * @param requestsPerSecond of one caller, with as many at once; 0 stands for any number
 * @param scopesClaim the claim of an issuer's tokens that lists scopes, such as {@code
 *     palimpsest:submit}
 * @param projectClaim the claim of an issuer's tokens that names the project
 */
@ConfigurationProperties("palimpsest.access")
record AccessSettings(
        @DefaultValue("") String adminKey,
        @DefaultValue("0") int requestsPerSecond,
        @DefaultValue("scope") String scopesClaim,
        @DefaultValue("project") String projectClaim) {
    @Override
    public String toString() {
        return "AccessSettings[requestsPerSecond=%d, scopesClaim=%s]"
                .formatted(requestsPerSecond, scopesClaim);
    }
}
