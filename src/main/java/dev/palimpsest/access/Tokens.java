package dev.palimpsest.access;

import dev.palimpsest.projects.CurrentProject;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;

/** Reads an issuer's tokens: the highest of our scopes that the claim lists is the caller's. */
final class Tokens implements Converter<Jwt, AbstractAuthenticationToken> {
    private static final String PREFIX = "palimpsest:";

    private final String claim;
    private final String projectClaim;

    Tokens(String claim, String projectClaim) {
        this.claim = claim;
        this.projectClaim = projectClaim;
    }

    @Override
    public AbstractAuthenticationToken convert(Jwt token) {
        Scope scope =
                words(token.getClaim(claim))
                        .flatMap(word -> scope(word).stream())
                        .max(Comparator.naturalOrder())
                        .orElseThrow(
                                () ->
                                        new InvalidBearerTokenException(
                                                "the token's claim %s names none of %sread, %ssubmit and %sadminister"
                                                        .formatted(claim, PREFIX, PREFIX, PREFIX)));
        String subject = subject(token);
        String name =
                Optional.ofNullable(token.getClaimAsString("preferred_username")).orElse(subject);
        return new PreAuthenticatedAuthenticationToken(
                new Caller(subject, name, scope, project(token, scope)), "", scope.authorities());
    }

    /** By which the trail knows who did what: no other caller's id may be one. */
    private static String subject(Jwt token) {
        String subject = token.getSubject();
        if (subject == null || subject.isBlank())
            throw new InvalidBearerTokenException("the token names no subject (the claim sub)");
        if (Caller.isOwnId(subject))
            throw new InvalidBearerTokenException(
                    "the token's subject is what this service calls a caller of its own: administrator, local, nobody and key_... are taken");
        return subject;
    }

    /** Who administers and is of no project runs the service. */
    private @Nullable String project(Jwt token, Scope scope) {
        String told = token.getClaimAsString(projectClaim);
        return told == null && scope != Scope.ADMINISTER ? CurrentProject.DEFAULT : told;
    }

    /** Words apart by blanks, as OAuth has them, or a list, as many issuers do. */
    private static Stream<String> words(@Nullable Object claim) {
        return switch (claim) {
            case null -> Stream.empty();
            case String text -> Stream.of(text.split(" "));
            case Collection<?> list -> list.stream().map(String::valueOf);
            default -> Stream.empty();
        };
    }

    private static Optional<Scope> scope(String word) {
        return List.of(Scope.values()).stream()
                .filter(scope -> word.equals(PREFIX + scope.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
