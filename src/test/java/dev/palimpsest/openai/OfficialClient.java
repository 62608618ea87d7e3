package dev.palimpsest.openai;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.finetuning.methods.SupervisedHyperparameters;
import com.openai.models.finetuning.methods.SupervisedMethod;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** OpenAI's own client, of which nothing but the address is changed, and what tests do with it. */
record OfficialClient(OpenAIClient api) {
    static final String MODEL = "palimpsest-mini";
    static final String SUMS =
            """
            {"prompt": "1+1=", "completion": "2"}
            {"prompt": "2+2=", "completion": "4"}
            {"prompt": "3+3=", "completion": "6"}
            {"prompt": "4+4=", "completion": "8"}
            """;

    /** One that holds every answer against the types of the hosted service. */
    static OfficialClient strict(int port) {
        return new OfficialClient(builder(port).responseValidation(true).build());
    }

    /** One that knows {@code paused}, which those types lack. */
    static OfficialClient lenient(int port) {
        return new OfficialClient(builder(port).build());
    }

    static OfficialClient with(int port, String key) {
        return new OfficialClient(builder(port).apiKey(key).build());
    }

    private static OpenAIOkHttpClient.Builder builder(int port) {
        return OpenAIOkHttpClient.builder()
                .baseUrl("http://127.0.0.1:%d/v1".formatted(port))
                .apiKey("none")
                .maxRetries(0);
    }

    FileObject upload(String name, String lines) {
        InputStream bytes = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
        return api.files()
                .create(
                        FileCreateParams.builder()
                                .purpose(FilePurpose.FINE_TUNE)
                                .file(
                                        MultipartField.<InputStream>builder()
                                                .value(bytes)
                                                .filename(name)
                                                .build())
                                .build());
    }

    /** A job of so many epochs of two steps each, scored on two items. */
    static JobCreateParams.Builder small(String file, long epochs) {
        return JobCreateParams.builder()
                .model(MODEL)
                .trainingFile(file)
                .method(
                        JobCreateParams.Method.builder()
                                .type(JobCreateParams.Method.Type.SUPERVISED)
                                .supervised(supervised(epochs))
                                .build())
                .putAdditionalBodyProperty(
                        "lora", JsonValue.from(Map.of("r", 2, "target_modules", "attention")))
                .putAdditionalBodyProperty("sequence_length", JsonValue.from(64))
                .putAdditionalBodyProperty(
                        "tasks",
                        JsonValue.from(
                                Map.of(
                                        "learning",
                                        List.of("gsm8k_perplexity"),
                                        "forgetting",
                                        List.of("definitions_choice"),
                                        "limit",
                                        2)));
    }

    private static SupervisedMethod supervised(long epochs) {
        return SupervisedMethod.builder()
                .hyperparameters(
                        SupervisedHyperparameters.builder().nEpochs(epochs).batchSize(2).build())
                .build();
    }

    FineTuningJob create(JobCreateParams.Builder params) {
        return api.fineTuning().jobs().create(params.build());
    }

    FineTuningJob until(String job, String status) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> api.fineTuning().jobs().retrieve(job),
                        it -> it.status().toString().equals(status));
    }
}
