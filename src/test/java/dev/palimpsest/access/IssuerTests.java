package dev.palimpsest.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.palimpsest.ServiceTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

/** Tokens of an issuer, which publishes its keys as OpenID Connect says. */
@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class IssuerTests {
    private static final HttpServer ISSUER = issuer();
    private static final RSAKey KEY = key("one");

    @Autowired RestTestClient client;

    @DynamicPropertySource
    static void issuer(DynamicPropertyRegistry properties) {
        properties.add(
                "spring.security.oauth2.resourceserver.jwt.issuer-uri", IssuerTests::address);
    }

    @AfterAll
    static void stop() {
        ISSUER.stop(0);
    }

    @Test
    void theHighestScopeOfATokenCounts() throws JOSEException {
        String reads = token(KEY, "openid palimpsest:read", Duration.ofMinutes(5));
        String submits =
                token(KEY, List.of("palimpsest:read", "palimpsest:submit"), Duration.ofMinutes(5));

        assertThat(status(HttpMethod.GET, "/api/v1/experiments", reads)).isEqualTo(200);
        assertThat(status(HttpMethod.POST, "/api/v1/jobs/nothing/cancel", reads)).isEqualTo(403);
        assertThat(status(HttpMethod.POST, "/api/v1/jobs/nothing/cancel", submits)).isEqualTo(404);
        assertThat(status(HttpMethod.GET, "/api/v1/keys", submits)).isEqualTo(403);
        client.get()
                .uri("/api/v1/session")
                .header("Authorization", "Bearer " + submits)
                .exchange()
                .expectBody()
                .jsonPath("$.caller")
                .isEqualTo("ada")
                .jsonPath("$.scope")
                .isEqualTo("submit");
    }

    @Test
    void tokensThatAreOverOthersOrWithoutAScopeOfOursAreRefused() throws JOSEException {
        String over = token(KEY, "palimpsest:read", Duration.ofHours(-1));
        String forged = token(key("one"), "palimpsest:administer", Duration.ofMinutes(5));
        String other = token(KEY, "openid", Duration.ofMinutes(5));

        for (String token : List.of(over, forged, other, "x", "a.b.c"))
            assertThat(status(HttpMethod.GET, "/api/v1/experiments", token)).isEqualTo(401);
        client.get().uri("/api/v1/experiments").exchange().expectStatus().isUnauthorized();
    }

    @Test
    void noSubjectHasTheIdOfACallerOfOurOwn() throws JOSEException {
        for (String taken :
                List.of("administrator", "Administrator", "local", "nobody", "key_1", "")) {
            String token = token(taken, KEY, "palimpsest:administer", Duration.ofMinutes(5));

            assertThat(status(HttpMethod.GET, "/api/v1/experiments", token))
                    .as(taken)
                    .isEqualTo(401);
        }
        assertThat(
                        status(
                                HttpMethod.GET,
                                "/api/v1/experiments",
                                token("locally", KEY, "palimpsest:read", Duration.ofMinutes(5))))
                .isEqualTo(200);
    }

    private int status(HttpMethod method, String path, String token) {
        return client.method(method)
                .uri(path)
                .header("Authorization", "Bearer " + token)
                .exchange()
                .returnResult()
                .getStatus()
                .value();
    }

    private static String token(RSAKey key, Object scope, Duration validFor) throws JOSEException {
        return token("ada", key, scope, validFor);
    }

    private static String token(String subject, RSAKey key, Object scope, Duration validFor)
            throws JOSEException {
        Instant now = Instant.now();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                        new JWTClaimsSet.Builder()
                                .issuer(address())
                                .subject(subject)
                                .claim("scope", scope)
                                .expirationTime(Date.from(now.plus(validFor)))
                                .build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    private static String address() {
        return "http://127.0.0.1:" + ISSUER.getAddress().getPort();
    }

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).algorithm(JWSAlgorithm.RS256).generate();
        } catch (JOSEException failed) {
            throw new AssertionError(failed);
        }
    }

    private static HttpServer issuer() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        String said =
                                exchange.getRequestURI().getPath().endsWith("/keys")
                                        ? new JWKSet(KEY.toPublicJWK()).toString()
                                        : """
                                          {"issuer": "%1$s", "jwks_uri": "%1$s/keys", "subject_types_supported": ["public"]}"""
                                                .formatted(address());
                        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().add("Content-Type", "application/json");
                        exchange.sendResponseHeaders(200, bytes.length);
                        exchange.getResponseBody().write(bytes);
                        exchange.close();
                    });
            server.start();
            return server;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
