package dev.palimpsest.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionTokenLogprob;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.checkpoints.CheckpointListParams;
import dev.palimpsest.ServiceTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What models say, to those who change nothing but the address. */
@ServiceTest
class OfficialCompletionTests {
    @LocalServerPort int port;
    private OfficialClient client;

    @BeforeEach
    void connect() {
        client = OfficialClient.strict(port);
    }

    @Test
    void aBaseModelIsTalkedToWholeAndStreamed() {
        ChatCompletionCreateParams asked = greedy(OfficialClient.MODEL).build();

        ChatCompletion whole = client.api().chat().completions().create(asked);

        ChatCompletion.Choice choice = whole.choices().getFirst();
        assertThat(choice.message().content().orElseThrow()).isNotBlank();
        assertThat(choice.finishReason().toString()).isIn("stop", "length");
        assertThat(whole.usage().orElseThrow().totalTokens())
                .isEqualTo(
                        whole.usage().get().promptTokens()
                                + whole.usage().get().completionTokens());
        agrees(streamed(asked), whole);
    }

    @Test
    void aFineTunedModelAndItsCheckpointsAreTalkedTo() {
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);
        String made = client.create(OfficialClient.small(file.id(), 2)).id();
        FineTuningJob job = client.until(made, "succeeded");
        String model = job.fineTunedModel().orElseThrow();
        List<String> checkpoints =
                client
                        .api()
                        .fineTuning()
                        .jobs()
                        .checkpoints()
                        .list(CheckpointListParams.builder().fineTuningJobId(made).build())
                        .items()
                        .stream()
                        .map(its -> its.fineTunedModelCheckpoint())
                        .toList();
        assertThat(checkpoints).hasSize(2);

        ChatCompletion last = client.api().chat().completions().create(greedy(model).build());
        for (String checkpoint : checkpoints)
            agrees(
                    streamed(greedy(checkpoint).build()),
                    client.api().chat().completions().create(greedy(checkpoint).build()));

        assertThat(
                        client.api()
                                .chat()
                                .completions()
                                .create(greedy(checkpoints.getFirst()).build())
                                .choices())
                .isEqualTo(last.choices());
        Completion text =
                client.api()
                        .completions()
                        .create(
                                CompletionCreateParams.builder()
                                        .model(model)
                                        .promptOfArrayOfStrings(List.of("1+1=", "2+2="))
                                        .maxTokens(4)
                                        .temperature(0.0)
                                        .build());
        assertThat(text.choices()).hasSize(2);
        client.api().models().delete(model);
        assertThatThrownBy(() -> client.api().chat().completions().create(greedy(model).build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class,
                        missing -> assertThat(missing.param()).contains("model"));
    }

    @Test
    void whatIsNotDoneHereIsABadRequest() {
        assertThatThrownBy(
                        () ->
                                client.api()
                                        .chat()
                                        .completions()
                                        .create(
                                                greedy(OfficialClient.MODEL)
                                                        .responseFormat(
                                                                ResponseFormatJsonObject.builder()
                                                                        .build())
                                                        .build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class,
                        refused -> assertThat(refused.param()).contains("response_format"));
    }

    @Test
    void howLikelyTokensAreIsReadWholeAndStreamed() {
        ChatCompletionCreateParams asked =
                greedy(OfficialClient.MODEL).logprobs(true).topLogprobs(3).build();

        ChatCompletion whole = client.api().chat().completions().create(asked);
        Completion prompt =
                client.api()
                        .completions()
                        .create(
                                CompletionCreateParams.builder()
                                        .model(OfficialClient.MODEL)
                                        .prompt("A cat is a small animal")
                                        .echo(true)
                                        .logprobs(2)
                                        .maxTokens(0)
                                        .build());

        List<ChatCompletionTokenLogprob> tokens =
                whole.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
        assertThat(tokens).hasSize((int) whole.usage().orElseThrow().completionTokens());
        assertThat(tokens)
                .allSatisfy(
                        token ->
                                assertThat(token.topLogprobs().getFirst().logprob())
                                        .isEqualTo(token.logprob()));
        assertThat(
                        streamed(asked)
                                .chatCompletion()
                                .choices()
                                .getFirst()
                                .logprobs()
                                .orElseThrow()
                                .content()
                                .orElseThrow())
                .isEqualTo(tokens);
        CompletionChoice.Logprobs own = prompt.choices().getFirst().logprobs().orElseThrow();
        assertThat(String.join("", own.tokens().orElseThrow()))
                .isEqualTo("A cat is a small animal");
        assertThat(prompt.choices().getFirst().text()).isEqualTo("A cat is a small animal");
        assertThat(own.textOffset().orElseThrow().getFirst()).isZero();
    }

    private static ChatCompletionCreateParams.Builder greedy(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addSystemMessage("You say what words mean.")
                .addUserMessage("What is a cat?")
                .temperature(0.0)
                .maxCompletionTokens(24);
    }

    private ChatCompletionAccumulator streamed(ChatCompletionCreateParams asked) {
        ChatCompletionAccumulator all = ChatCompletionAccumulator.create();
        ChatCompletionCreateParams counted =
                asked.toBuilder()
                        .streamOptions(
                                ChatCompletionStreamOptions.builder().includeUsage(true).build())
                        .build();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.api().chat().completions().createStreaming(counted)) {
            chunks.stream().forEach(all::accumulate);
        }
        return all;
    }

    private static void agrees(ChatCompletionAccumulator streamed, ChatCompletion whole) {
        ChatCompletion its = streamed.chatCompletion();
        assertThat(its.choices().getFirst().message().content())
                .isEqualTo(whole.choices().getFirst().message().content());
        assertThat(its.choices().getFirst().finishReason())
                .isEqualTo(whole.choices().getFirst().finishReason());
        assertThat(its.usage()).isEqualTo(whole.usage());
    }
}
