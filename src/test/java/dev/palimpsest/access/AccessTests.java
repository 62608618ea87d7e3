package dev.palimpsest.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.SettableClock;
import dev.palimpsest.spec.Binder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** A service that wants keys: which one may do what. */
@ServiceTest
@TestPropertySource(
        properties = {"palimpsest.role=api", "palimpsest.access.admin-key=" + AccessTests.ADMIN})
class AccessTests {
    static final String ADMIN = "the-administrators-own-secret";

    private static final String EXPERIMENT =
            """
            {"name": "guarded", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"]}""";

    /** Where everybody may ask who they are. */
    private static final List<String> OPEN = List.of("/api/v1/session");

    private static final List<String> ADMINISTERED =
            List.of("/api/v1/keys", "/api/v1/audit", "/api/v1/storage/deleted");

    /** For those who run the service, whom no key that is made makes one of. */
    private static final List<String> OF_THE_SERVICE =
            List.of("/api/v1/projects", "/api/v1/workers/", "/api/v1/storage/projects");

    @LocalServerPort int port;
    @Autowired JdbcClient database;
    @Autowired SettableClock clock;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    private String reader = "";
    private String submitter = "";
    private String administrator = "";

    @BeforeEach
    void keys() {
        reader = made("read");
        submitter = made("submit");
        administrator = made("administer");
    }

    @Test
    void everyEndpointLetsInWhomItShouldAndNobodyElse() {
        List<String> wrong = new ArrayList<>();
        int cells = 0;
        for (Endpoint way : Endpoint.all(mappings)) {
            Endpoint endpoint = way.ofNothing();
            Scope wanted = wanted(endpoint);
            boolean ofTheService = OF_THE_SERVICE.stream().anyMatch(endpoint.path()::startsWith);
            Map<@Nullable String, @Nullable Scope> callers = new TreeMap<>();
            callers.put("", null);
            callers.put(reader, Scope.READ);
            callers.put(submitter, Scope.SUBMIT);
            callers.put(administrator, Scope.ADMINISTER);
            for (var caller : callers.entrySet()) {
                int status = status(endpoint, caller.getKey());
                Scope has = caller.getValue();
                boolean right =
                        has == null && !OPEN.contains(endpoint.path())
                                ? status == 401
                                : has != null && (ofTheService || has.compareTo(wanted) < 0)
                                        ? status == 403
                                        : status != 403
                                                && status < 500
                                                && (status != 401 || signsIn(endpoint));
                cells++;
                if (!right)
                    wrong.add(
                            "%s %s as %s: %d"
                                    .formatted(endpoint.method(), endpoint.path(), has, status));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(cells).isGreaterThan(400);
    }

    @Test
    void aKeyIsShownOnceAndWorksUntilItIsRevokedOrExpires() {
        JsonNode key =
                json(
                        send(
                                HttpMethod.POST,
                                "/api/v1/keys",
                                ADMIN,
                                "{\"name\": \"ci\", \"scope\": \"submit\", \"expires_at\": \"%s\"}"
                                        .formatted(clock.instant().plus(Duration.ofHours(1)))));
        String secret = key.get("key").stringValue();
        String listed = text(send(HttpMethod.GET, "/api/v1/keys?limit=1000", ADMIN, null));
        String stored =
                database.sql("select row_to_json(api_keys)::text from api_keys where id = ?")
                        .param(key.get("id").stringValue())
                        .query(String.class)
                        .single();

        assertThat(listed).contains(key.get("id").stringValue()).doesNotContain(secret);
        assertThat(stored).doesNotContain(secret.substring(secret.lastIndexOf('_') + 1));
        assertThat(get("/api/v1/experiments", secret)).isEqualTo(200);
        clock.advance(Duration.ofHours(2));
        assertThat(get("/api/v1/experiments", secret)).isEqualTo(401);
        send(HttpMethod.DELETE, "/api/v1/keys/" + id(submitter), ADMIN, null);
        assertThat(get("/api/v1/experiments", submitter)).isEqualTo(401);
        assertThat(get("/api/v1/experiments", reader)).isEqualTo(200);
    }

    @Test
    void whatIsNoKeyOfOursIsRefusedInTheSameWords() {
        char last = reader.charAt(reader.length() - 1);
        String altered = reader.substring(0, reader.length() - 1) + (last == 'A' ? 'B' : 'A');
        String unknown =
                "pal_00000000000000000000000000_" + reader.substring(reader.lastIndexOf('_') + 1);

        for (String wrong : List.of(altered, unknown, ADMIN + "x", "x", "a.b.c")) {
            EntityExchangeResult<byte[]> answer =
                    send(HttpMethod.GET, "/api/v1/experiments", wrong, null);
            assertThat(answer.getStatus().value()).as(wrong).isEqualTo(401);
            assertThat(answer.getResponseHeaders().getFirst("WWW-Authenticate"))
                    .isEqualTo("Bearer");
            assertThat(json(answer).get("detail").stringValue())
                    .isEqualTo("this key is not known, has expired or was revoked");
        }
        assertThat(
                        json(send(HttpMethod.GET, "/api/v1/experiments", "", null))
                                .get("type")
                                .asString())
                .isEqualTo("urn:palimpsest:problem:unauthorized");
    }

    @Test
    void aRefusalIsSaidInTheFormThatClientsOfThePathRead() {
        for (String mlflow : List.of("/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/")) {
            EntityExchangeResult<byte[]> unknown =
                    send(HttpMethod.GET, mlflow + "experiments/get", "nobody's", null);
            EntityExchangeResult<byte[]> may =
                    send(HttpMethod.POST, mlflow + "runs/create", reader, "{}");
            assertThat(unknown.getStatus().value()).isEqualTo(401);
            assertThat(unknown.getResponseHeaders().getContentType())
                    .isEqualTo(MediaType.APPLICATION_JSON);
            assertThat(json(unknown))
                    .isEqualTo(error("UNAUTHENTICATED", json(unknown).get("message").asString()));
            assertThat(may.getStatus().value()).isEqualTo(403);
            assertThat(json(may))
                    .isEqualTo(
                            error(
                                    "PERMISSION_DENIED",
                                    "this key may not do that; one of a higher scope may"));
        }
        for (String path : List.of("/v1/files", "/api/v1/experiments")) {
            JsonNode refused = json(send(HttpMethod.POST, path, reader, "{}"));
            assertThat(refused.get("type").asString())
                    .isEqualTo("urn:palimpsest:problem:forbidden");
            assertThat(refused.at("/error/code").asString()).isEqualTo("forbidden");
            assertThat(refused.at("/error/type").asString()).isEqualTo("invalid_request_error");
            assertThat(refused.at("/error/message")).isEqualTo(refused.get("detail"));
        }
    }

    private static JsonNode error(String code, String message) {
        return Binder.JSON.createObjectNode().put("error_code", code).put("message", message);
    }

    @Test
    void whoDidWhatIsKeptRefusalsToo() {
        String made =
                json(send(HttpMethod.POST, "/api/v1/experiments", submitter, EXPERIMENT))
                        .get("id")
                        .stringValue();
        send(HttpMethod.DELETE, "/api/v1/experiments/" + made, reader, null);
        send(HttpMethod.GET, "/api/v1/experiments/" + made, submitter, null);
        send(HttpMethod.POST, "/api/v1/jobs?dry_run=true", submitter, "{}");

        JsonNode did = audit(id(submitter));
        JsonNode refused = audit(id(reader));

        assertThat(did).hasSize(1);
        assertThat(did.get(0).get("made").stringValue()).endsWith("/experiments/" + made);
        assertThat(did.get(0).get("status").asInt()).isEqualTo(201);
        assertThat(did.get(0).get("name").stringValue()).isEqualTo("submit");
        assertThat(did.get(0).get("request").stringValue()).startsWith("req_");
        assertThat(refused.get(0).get("method").stringValue()).isEqualTo("DELETE");
        assertThat(refused.get(0).get("status").asInt()).isEqualTo(403);
        assertThat(
                        database.sql(
                                        "select count(*) from audit_entries where path like '%keys%' and caller = 'administrator'")
                                .query(Long.class)
                                .single())
                .isPositive();
    }

    @Test
    void aBrowserSignsInByACookieThatNoScriptReads() {
        EntityExchangeResult<byte[]> signedIn =
                send(HttpMethod.POST, "/api/v1/session", "", "{\"key\": \"" + reader + "\"}");
        String cookie = String.valueOf(signedIn.getResponseHeaders().getFirst("Set-Cookie"));

        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/");
        assertThat(withCookie("/api/v1/session", cookie).get("scope").stringValue())
                .isEqualTo("read");
        assertThat(withCookie("/api/v1/experiments", cookie).has("data")).isTrue();
        send(HttpMethod.DELETE, "/api/v1/keys/" + id(reader), ADMIN, null);
        assertThat(withCookie("/api/v1/experiments", cookie).get("status").asInt()).isEqualTo(401);
        Api.once(port)
                .get()
                .uri("/")
                .header("Cookie", pair(cookie))
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(
                        send(HttpMethod.POST, "/api/v1/session", "", "{\"key\": \"nobody's\"}")
                                .getStatus()
                                .value())
                .isEqualTo(401);
    }

    @Test
    void whoHoldsAKeyNamesNoFileOfTheServicesMachine() {
        for (String source :
                List.of(
                        "{\"type\": \"directory\", \"path\": \"/etc\"}",
                        "{\"type\": \"directory\", \"path\": \"/nowhere\"}",
                        "{\"type\": \"gguf\", \"path\": \"/etc/hosts\"}")) {
            EntityExchangeResult<byte[]> answer =
                    send(
                            HttpMethod.POST,
                            "/api/v1/models",
                            submitter,
                            "{\"name\": \"local\", \"source\": %s}".formatted(source));
            assertThat(answer.getStatus().value()).isEqualTo(422);
            assertThat(json(answer).at("/errors/0/detail").asString())
                    .contains("lies in no folder that may be imported from")
                    .contains("palimpsest.catalog.folders");
        }
    }

    @Test
    void pagesAndHealthAreOpenAndSayNothing() {
        for (String path : List.of("/", "/jobs/any", "/dashboard/app.js", "/swagger-ui.html"))
            assertThat(get(path, "")).as(path).isLessThan(400);
        assertThat(text(send(HttpMethod.GET, "/actuator/health", "", null)))
                .contains("UP")
                .doesNotContain("disk");
        assertThat(text(send(HttpMethod.GET, "/actuator/health", reader, null))).contains("disk");
        assertThat(get("/actuator/prometheus", "")).isEqualTo(401);
        assertThat(get("/actuator/prometheus", reader)).isEqualTo(200);
    }

    private static boolean signsIn(Endpoint endpoint) {
        return OPEN.contains(endpoint.path()) && endpoint.method() == HttpMethod.POST;
    }

    private static Scope wanted(Endpoint endpoint) {
        if (OPEN.contains(endpoint.path())) return Scope.READ;
        if (ADMINISTERED.stream().anyMatch(endpoint.path()::startsWith)
                || endpoint.path().endsWith("/restore")) return Scope.ADMINISTER;
        boolean looks = endpoint.method() == HttpMethod.GET || endpoint.path().endsWith("/search");
        return looks ? Scope.READ : Scope.SUBMIT;
    }

    private int status(Endpoint endpoint, String key) {
        return send(endpoint.method(), endpoint.path(), key, null).getStatus().value();
    }

    private int get(String path, String key) {
        return send(HttpMethod.GET, path, key, null).getStatus().value();
    }

    private EntityExchangeResult<byte[]> send(
            HttpMethod method, String path, String key, @Nullable String body) {
        var request = Api.once(port).method(method).uri(path);
        if (!key.isEmpty()) request.header("Authorization", "Bearer " + key);
        if (body != null) request.contentType(MediaType.APPLICATION_JSON).body(body);
        return request.exchange().expectBody().returnResult();
    }

    private JsonNode withCookie(String path, String cookie) {
        return json(
                Api.once(port)
                        .get()
                        .uri(path)
                        .header("Cookie", pair(cookie))
                        .exchange()
                        .expectBody()
                        .returnResult());
    }

    private static String pair(String cookie) {
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private JsonNode audit(String caller) {
        return json(send(HttpMethod.GET, "/api/v1/audit?caller=" + caller, ADMIN, null))
                .get("data");
    }

    private String made(String scope) {
        EntityExchangeResult<byte[]> answer =
                send(
                        HttpMethod.POST,
                        "/api/v1/keys",
                        ADMIN,
                        "{\"name\": \"%s\", \"scope\": \"%s\"}".formatted(scope, scope));
        assertThat(answer.getStatus().value()).isEqualTo(201);
        return json(answer).get("key").stringValue();
    }

    private static String id(String secret) {
        return Secret.read(secret).orElseThrow().key();
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return Binder.JSON.readTree(answer.getResponseBodyContent());
    }

    private static String text(EntityExchangeResult<byte[]> answer) {
        return new String(answer.getResponseBodyContent(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
