package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class ConversationTests {
    private static final Path TINY = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final String UNKNOWN = "{{ messages | groupby('role') }}";
    private static final String USER_FIRST =
            """
            {%- if messages[0].role != 'user' %}{{ raise_exception('the user speaks first') }}{% endif -%}
            {%- for m in messages %}{{ m.role }}: {{ m.content }};{% endfor -%}""";

    @Autowired RestTestClient client;
    @TempDir Path folder;
    private Api api;

    @BeforeEach
    void anApi() {
        api = new Api(client);
    }

    @Test
    void aJobOnConversationsThatItsModelCannotWriteIsRefusedWithAPointer() throws IOException {
        String experiment = experimentOn("groups", UNKNOWN);
        dataset("groups-chat", turns("user"));

        JsonNode problem = submit(experiment, "groups-chat", "groups-chat", 422);

        assertThat(pointers(problem)).containsExactly("/dataset/train", "/dataset/validation");
        assertThat(problem.path("errors").path(0).path("detail").asString())
                .startsWith(
                        "'groups-chat' holds conversations, which 'groups' cannot write:"
                                + " The model's chat template ")
                .contains("groupby");
        assertThat(pointers(submit(experiment, "gsm8k-train", "groups-chat", 422)))
                .containsExactly("/dataset/validation");
    }

    @Test
    void otherDocumentsNeedNoTemplate() throws IOException {
        String experiment = experimentOn("texts", UNKNOWN);

        submit(experiment, "gsm8k-train", "gsm8k-validation", 202);
    }

    @Test
    void aFirstConversationThatTheTemplateRefusesIsFoundBeforeTheJobIsQueued() throws IOException {
        String experiment = experimentOn("user-first", USER_FIRST);
        dataset("with-system", turns("system"));
        dataset("without-system", turns("user"));

        JsonNode problem = submit(experiment, "with-system", "without-system", 422);

        assertThat(pointers(problem)).containsExactly("/dataset/train");
        assertThat(problem.toString())
                .contains("The first conversation does not suit the model's chat template")
                .contains("the user speaks first");
        submit(experiment, "without-system", "without-system", 202);
    }

    @Test
    void aModelWithoutATemplateTakesConversations() throws IOException {
        dataset("plain-chat", turns("system"));
        String experiment = experiment("palimpsest-mini");

        submit(experiment, "plain-chat", "plain-chat", 202);
    }

    private String experimentOn(String model, String template) throws IOException {
        FileSystemUtils.copyRecursively(TINY, folder.resolve(model));
        Files.writeString(folder.resolve(model).resolve("chat_template.jinja"), template);
        api.post(
                "models",
                "{\"name\": \"%s\", \"source\": {\"type\": \"directory\", \"path\": \"%s\"}}"
                        .formatted(model, folder.resolve(model)),
                202);
        api.until("models/" + model, "ready");
        return experiment(model);
    }

    private String experiment(String model) {
        return api.post(
                        "experiments",
                        """
                        {"name": "on %s", "base_model": "%s",
                         "learning_tasks": ["gsm8k_perplexity"],
                         "forgetting_tasks": ["definitions_perplexity"]}"""
                                .formatted(model, model),
                        Api.ANY_SUCCESS)
                .path("id")
                .asString();
    }

    private JsonNode submit(String experiment, String train, String validation, int status) {
        return api.post(
                "jobs",
                """
                {"experiment": "%s", "dataset": {"train": "%s", "validation": "%s"},
                 "method": {"type": "full"},
                 "training": {"max_steps": 1, "learning_rate": 1e-3, "sequence_length": 64}}"""
                        .formatted(experiment, train, validation),
                status);
    }

    private void dataset(String name, String line) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".jsonl"), line);
        api.post(
                "datasets",
                """
                {"name": "%s", "format": "messages", "source": {"type": "file", "path": "%s"}}"""
                        .formatted(name, file),
                202);
        api.until("datasets/" + name, "ready");
    }

    private static String turns(String first) {
        return """
               {"messages": [{"role": "%s", "content": "a"}, {"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}]}
               """
                .formatted(first);
    }

    private static List<String> pointers(JsonNode problem) {
        return problem.path("errors")
                .valueStream()
                .map(fault -> fault.path("pointer").asString())
                .toList();
    }
}
