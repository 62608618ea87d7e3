package dev.palimpsest.access;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.stereotype.Component;

/** Lets in who holds one of our keys. */
@Component
final class KeyProvider implements AuthenticationProvider {
    private final Keys keys;

    KeyProvider(Keys keys) {
        this.keys = keys;
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        Caller caller =
                keys.holder(((BearerTokenAuthenticationToken) asked).getToken())
                        .orElseThrow(() -> new InvalidBearerTokenException(Keys.UNKNOWN));
        return new PreAuthenticatedAuthenticationToken(caller, "", caller.scope().authorities());
    }

    @Override
    public boolean supports(Class<?> authentication) {
        return BearerTokenAuthenticationToken.class.isAssignableFrom(authentication);
    }
}
