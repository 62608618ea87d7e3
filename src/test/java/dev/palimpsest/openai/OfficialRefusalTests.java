package dev.palimpsest.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.UnauthorizedException;
import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.spec.Binder;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;

/** OpenAI's own client where keys are asked for. */
@ServiceTest
@TestPropertySource(
        properties = {
            "palimpsest.role=api",
            "palimpsest.access.admin-key=" + OfficialRefusalTests.ADMIN
        })
class OfficialRefusalTests {
    static final String ADMIN = "the-administrators-own-secret";

    @LocalServerPort int port;

    @Test
    void aKeyThatIsNotKnownOrMayNotIsAnExceptionOfItsOwn() {
        OfficialClient unknown = OfficialClient.with(port, "sk-nobodys");
        OfficialClient reader = OfficialClient.with(port, key("read"));
        OfficialClient submitter = OfficialClient.with(port, key("submit"));

        assertThatThrownBy(() -> unknown.api().files().list())
                .isInstanceOf(UnauthorizedException.class)
                .satisfies(refused -> assertThat(code(refused)).isEqualTo("unauthorized"));
        assertThat(reader.api().files().list().items()).isNotNull();
        assertThatThrownBy(() -> reader.upload("sums.jsonl", OfficialClient.SUMS))
                .isInstanceOf(PermissionDeniedException.class)
                .satisfies(refused -> assertThat(code(refused)).isEqualTo("forbidden"));
        assertThat(submitter.upload("sums.jsonl", OfficialClient.SUMS).id()).startsWith("file-");
    }

    private static String code(Throwable refused) {
        return ((OpenAIServiceException) refused).code().orElse("");
    }

    private String key(String scope) {
        byte[] answer =
                Api.once(port)
                        .post()
                        .uri("/api/v1/keys")
                        .header("Authorization", "Bearer " + ADMIN)
                        .contentType(MediaType.APPLICATION_JSON)
                        .body("{\"name\": \"%s\", \"scope\": \"%s\"}".formatted(scope, scope))
                        .exchange()
                        .expectBody()
                        .returnResult()
                        .getResponseBodyContent();
        return Binder.JSON.readTree(answer).get("key").stringValue();
    }
}
