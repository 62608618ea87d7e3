package dev.palimpsest.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.FineTuningJobEvent;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.jobs.JobListEventsParams;
import com.openai.models.finetuning.jobs.JobListParams;
import com.openai.models.finetuning.jobs.checkpoints.CheckpointListParams;
import com.openai.models.finetuning.jobs.checkpoints.FineTuningJobCheckpoint;
import com.openai.models.models.Model;
import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The bundled model, really trained, by those who change nothing but the address. */
@ServiceTest
@SuppressWarnings(
        "deprecation") // so the client marks a file's status, which the API has all the same
class OfficialClientTests {
    @Autowired RestTestClient http;
    @LocalServerPort int port;
    private OfficialClient client;

    @BeforeEach
    void connect() {
        client = OfficialClient.strict(port);
    }

    @Test
    void aFileBecomesAFineTunedModelWithItsEventsAndScores() throws IOException {
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);
        assertThat(file.status()).isEqualTo(FileObject.Status.PROCESSED);

        FineTuningJob made =
                client.create(
                        OfficialClient.small(file.id(), 2)
                                .validationFile(file.id())
                                .suffix("Sums, small")
                                .putAdditionalBodyProperty("learning_rate", JsonValue.from(1e-3)));
        FineTuningJob job = client.until(made.id(), "succeeded");

        assertThat(job.trainingFile()).isEqualTo(file.id());
        assertThat(job.hyperparameters().nEpochs().orElseThrow().asInteger()).isEqualTo(2);
        assertThat(job.hyperparameters().learningRateMultiplier().orElseThrow().asNumber())
                .isEqualTo(5);
        assertThat(job.seed()).isEqualTo(made.seed());
        assertThat(job.trainedTokens().orElseThrow()).isPositive();
        String model = job.fineTunedModel().orElseThrow();
        assertThat(model)
                .isEqualTo(
                        "ft:palimpsest-mini:palimpsest:sums-small:"
                                + made.id().substring("ftjob-".length()));
        assertThat(client.api().models().list().items().stream().map(Model::id))
                .contains(OfficialClient.MODEL, model);

        List<FineTuningJobCheckpoint> checkpoints = checkpoints(job.id());
        assertThat(checkpoints)
                .extracting(FineTuningJobCheckpoint::stepNumber)
                .containsExactly(4L, 2L);
        for (FineTuningJobCheckpoint checkpoint : checkpoints) {
            assertThat(checkpoint.metrics().validLoss()).isPresent();
            assertThat(checkpoint.metrics()._additionalProperties())
                    .containsKeys(
                            "learning",
                            "source_score",
                            "forgetting",
                            "eval_definitions_choice_acc_norm",
                            "eval_gsm8k_perplexity_bits_per_byte");
            Model its = client.api().models().retrieve(checkpoint.fineTunedModelCheckpoint());
            assertThat(its._additionalProperties().get("checkpoint").asStringOrThrow())
                    .isEqualTo(checkpoint.id().replace("ftckpt_", "ckpt_"));
        }

        List<FineTuningJobEvent> events = events(job.id());
        assertThat(events).extracting(FineTuningJobEvent::id).doesNotHaveDuplicates();
        assertThat(events)
                .extracting(FineTuningJobEvent::message)
                .contains("The job is queued", "Checkpoint saved at step 4")
                .anyMatch(message -> message.startsWith("Step 3: training loss "));
        assertThat(events.getFirst().message()).startsWith("The job has succeeded");
        assertThat(events(job.id())).isEqualTo(events);

        byte[] results =
                client.api().files().content(job.resultFiles().getFirst()).body().readAllBytes();
        assertThat(new String(results).lines())
                .startsWith("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy")
                .anyMatch(line -> line.matches("4,[0-9.E-]+,,[0-9.E-]+,"));
        FileObject listed =
                client
                        .api()
                        .files()
                        .list(FileListParams.builder().purpose("fine-tune-results").build())
                        .autoPager()
                        .stream()
                        .filter(its -> job.resultFiles().contains(its.id()))
                        .findFirst()
                        .orElseThrow();
        assertThat(listed.bytes()).isEqualTo(results.length);
        assertThat(listed.purpose()).isEqualTo(FileObject.Purpose.FINE_TUNE_RESULTS);
        assertThat(client.api().files().retrieve(listed.id())).isEqualTo(listed);
        byte[] sent = client.api().files().content(file.id()).body().readAllBytes();
        assertThat(new String(sent)).isEqualTo(OfficialClient.SUMS);
    }

    @Test
    void aFineTunedModelIsGoneOnFromAndLeavesTheListWhenItIsDeleted() {
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);
        String first = client.create(OfficialClient.small(file.id(), 1)).id();
        String model = client.until(first, "succeeded").fineTunedModel().orElseThrow();

        FineTuningJob second =
                client.create(
                        JobCreateParams.builder()
                                .model(model)
                                .trainingFile(file.id())
                                .putAdditionalBodyProperty("sequence_length", JsonValue.from(64)));

        assertThat(second.model()).isEqualTo(OfficialClient.MODEL);
        assertThat(
                        new Api(http)
                                .get("jobs/" + second.id().replace("ftjob-", "job_"))
                                .at("/spec/method/adapter/id")
                                .asString())
                .startsWith("ckpt_");
        client.api().fineTuning().jobs().cancel(second.id());
        assertThat(client.api().models().delete(model).deleted()).isTrue();
        assertThatThrownBy(() -> client.api().models().retrieve(model))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void everyWeightIsTrainedWhereThatIsAskedFor() {
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);

        FineTuningJob made =
                client.create(
                        OfficialClient.small(file.id(), 1)
                                .removeAdditionalBodyProperty("lora")
                                .putAdditionalBodyProperty("full", JsonValue.from(true)));
        FineTuningJob job = client.until(made.id(), "succeeded");

        Api api = new Api(http);
        String id = job.id().replace("ftjob-", "job_");
        assertThat(api.get("jobs/" + id).at("/spec/method/type").asString()).isEqualTo("full");
        assertThat(api.get("jobs/" + id).at("/spec/training/learning_rate").asDouble())
                .isEqualTo(2e-5);
        assertThat(api.get("jobs/" + id + "/checkpoints").at("/data/0/kind").asString())
                .isEqualTo("model");
        assertThat(job._additionalProperties().get("lora").isNull()).isTrue();
        assertThat(job.hyperparameters().learningRateMultiplier().orElseThrow().asNumber())
                .isEqualTo(1);
        String model = job.fineTunedModel().orElseThrow();
        assertThat(
                        refusal(
                                        () ->
                                                client.create(
                                                        OfficialClient.small(file.id(), 1)
                                                                .model(model)))
                                .param())
                .contains("model");
        assertThat(refusal(() -> client.create(extended(file, "full", true))).param())
                .contains("lora");
    }

    @Test
    void aJobIsPausedResumedAndCancelled() {
        OfficialClient lenient = OfficialClient.lenient(port);
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);
        String job = client.create(OfficialClient.small(file.id(), 50)).id();

        lenient.api().fineTuning().jobs().pause(job);
        lenient.until(job, "paused");
        FineTuningJob resumed = client.api().fineTuning().jobs().resume(job);
        assertThat(resumed.status().toString()).isIn("queued", "running");
        client.api().fineTuning().jobs().cancel(job);
        FineTuningJob cancelled = client.until(job, "cancelled");

        assertThat(cancelled.fineTunedModel()).isEmpty();
        assertThat(cancelled.finishedAt()).isPresent();
        assertThat(refusal(() -> client.api().fineTuning().jobs().resume(job)))
                .isInstanceOf(UnexpectedStatusCodeException.class)
                .satisfies(
                        conflict -> {
                            assertThat(conflict.statusCode()).isEqualTo(409);
                            assertThat(conflict.code()).contains("conflict");
                            assertThat(conflict.headers().values("x-should-retry"))
                                    .containsExactly("false");
                        });
    }

    @Test
    void jobsAreListedToTheEndAndByTheirMetadata() {
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++)
            made.add(
                    client.create(
                                    OfficialClient.small(file.id(), 1)
                                            .metadata(
                                                    JobCreateParams.Metadata.builder()
                                                            .putAdditionalProperty(
                                                                    "listed by",
                                                                    JsonValue.from("a [test]"))
                                                            .build()))
                            .id());
        made.forEach(client.api().fineTuning().jobs()::cancel);

        List<String> listed =
                client
                        .api()
                        .fineTuning()
                        .jobs()
                        .list(
                                JobListParams.builder()
                                        .limit(2)
                                        .metadata(
                                                JobListParams.Metadata.builder()
                                                        .putAdditionalProperty(
                                                                "listed by", "a [test]")
                                                        .build())
                                        .build())
                        .autoPager()
                        .stream()
                        .map(FineTuningJob::id)
                        .toList();

        assertThat(listed).containsExactlyElementsOf(made.reversed());
        assertThat(get("/v1/fine_tuning/jobs?limit=1000&metadata=null")).doesNotContain(made);
    }

    @Test
    void aFileWithBadLinesSaysWhichAndMakesNoJob() {
        FileObject file =
                client.upload(
                        "chat.jsonl",
                        """
                        {"messages": [{"role": "user", "content": "1+1"}, {"role": "assistant", "content": "2", "weight": 1}]}
                        {"messages": [{"role": "user", "content": "2+2"}]}
                        {"messages": [{"role": "user", "content": "3+3"}, {"role": "assistant", "content": "6", "weight": 3}]}
                        """);

        assertThat(file.status()).isEqualTo(FileObject.Status.ERROR);
        assertThat(file.statusDetails().orElseThrow())
                .isEqualTo(
                        "2 of 3 lines are bad; line 2: does not end with a turn of the assistant;"
                                + " line 3: has a weight in turn 1 that is not 0 or 1");
        assertThat(refusal(() -> client.create(OfficialClient.small(file.id(), 1))))
                .isInstanceOf(BadRequestException.class)
                .satisfies(
                        refused -> {
                            assertThat(refused.param()).contains("training_file");
                            assertThat(refused.code()).contains("invalid_request");
                            assertThat(refused).hasMessageContaining("line 2");
                        });
        assertThat(client.api().files().delete(file.id()).deleted()).isTrue();
    }

    @Test
    void whatCannotBeDoneIsABadRequestThatNamesItsField() {
        FileObject file = client.upload("sums.jsonl", OfficialClient.SUMS);
        Map<String, JobCreateParams.Builder> wrong =
                Map.of(
                        "model", OfficialClient.small(file.id(), 1).model("gpt-4o-mini"),
                        "training_file", OfficialClient.small("file-gone", 1),
                        "method.supervised.hyperparameters.n_epochs",
                                OfficialClient.small(file.id(), 51),
                        "lora.r", extended(file, "lora", Map.of("r", 0)),
                        "sequence_length", extended(file, "sequence_length", 4096),
                        "tasks.learning.0",
                                extended(file, "tasks", Map.of("learning", List.of("nope"))),
                        "experiment",
                                JobCreateParams.builder()
                                        .model(OfficialClient.MODEL)
                                        .trainingFile(file.id())
                                        .putAdditionalBodyProperty(
                                                "experiment", JsonValue.from("exp_gone")),
                        "colour", extended(file, "colour", "red"),
                        "method.type",
                                OfficialClient.small(file.id(), 1)
                                        .method(
                                                JobCreateParams.Method.builder()
                                                        .type(JobCreateParams.Method.Type.DPO)
                                                        .build()));

        wrong.forEach(
                (param, order) ->
                        assertThat(refusal(() -> client.create(order)))
                                .as(param)
                                .isInstanceOf(BadRequestException.class)
                                .extracting(refused -> refused.param().orElse(""))
                                .isEqualTo(param));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(refusal(() -> client.api().files().retrieve("file-gone")))
                .isInstanceOf(NotFoundException.class)
                .satisfies(
                        missing -> {
                            assertThat(missing.code()).contains("not_found");
                            assertThat(missing.type()).contains("invalid_request_error");
                            assertThat(missing.headers().values("x-request-id")).isNotEmpty();
                        });
        assertThat(refusal(() -> client.api().files().content("file-results-gone")))
                .isInstanceOf(NotFoundException.class);
        assertThat(refusal(() -> client.api().fineTuning().jobs().retrieve("ftjob-gone")))
                .isInstanceOf(NotFoundException.class);
        assertThat(refusal(() -> client.api().models().retrieve("ft:a:b:c:d")))
                .isInstanceOf(NotFoundException.class);
    }

    private List<FineTuningJobEvent> events(String job) {
        return client
                .api()
                .fineTuning()
                .jobs()
                .listEvents(JobListEventsParams.builder().fineTuningJobId(job).limit(3).build())
                .autoPager()
                .stream()
                .toList();
    }

    private List<FineTuningJobCheckpoint> checkpoints(String job) {
        return client
                .api()
                .fineTuning()
                .jobs()
                .checkpoints()
                .list(CheckpointListParams.builder().fineTuningJobId(job).limit(1).build())
                .autoPager()
                .stream()
                .toList();
    }

    private static JobCreateParams.Builder extended(FileObject file, String field, Object value) {
        return OfficialClient.small(file.id(), 1)
                .putAdditionalBodyProperty(field, JsonValue.from(value));
    }

    private static OpenAIServiceException refusal(Runnable request) {
        try {
            request.run();
        } catch (OpenAIServiceException refused) {
            return refused;
        }
        throw new AssertionError("it was not refused");
    }

    private String get(String path) {
        return String.valueOf(
                http.get()
                        .uri(path)
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }
}
