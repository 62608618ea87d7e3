package dev.palimpsest.openai;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.Waits;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What models say, as clients of the OpenAI API ask for it. */
@Tag(name = "OpenAI")
@RestController
@RequestMapping("/v1")
class CompletionController {
    private static final String CHAT =
            """
            {"model": "ft:palimpsest-mini:palimpsest:sums:06dgm0e1xhw4t9s8n1p3q5r7vw", "max_completion_tokens": 20, "temperature": 0,
             "messages": [{"role": "user", "content": "What is 2+2?"}]}""";

    private static final String CHAT_ANSWER =
            """
            {"id": "chatcmpl-06dgm0e1xhw4t9s8n1p3q5r7vz", "object": "chat.completion", "created": 1767225600,
             "model": "ft:palimpsest-mini:palimpsest:sums:06dgm0e1xhw4t9s8n1p3q5r7vw",
             "choices": [{"index": 0, "message": {"role": "assistant", "content": "4", "refusal": null}, "logprobs": null,
                          "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 13, "completion_tokens": 1, "total_tokens": 14}}""";

    private static final String CHAT_STREAM =
            """
            data: {"id": "chatcmpl-06dgm0e1xhw4t9s8n1p3q5r7vz", "object": "chat.completion.chunk", "created": 1767225600, "model": "palimpsest-mini", "choices": [{"index": 0, "delta": {"content": "4"}, "logprobs": null, "finish_reason": null}], "usage": null}

            data: [DONE]

            """;

    private static final String TEXT_STREAM =
            """
            data: {"id": "cmpl-06dgm0e1xhw4t9s8n1p3q5r7vz", "object": "text_completion", "created": 1767225600, "model": "palimpsest-mini", "choices": [{"index": 0, "text": " a small", "logprobs": null, "finish_reason": null}], "usage": null}

            data: [DONE]

            """;

    private static final String TEXT =
            """
            {"model": "palimpsest-mini", "prompt": "A cat is", "max_tokens": 8, "temperature": 0, "stop": ["."]}""";

    private static final String TEXT_ANSWER =
            """
            {"id": "cmpl-06dgm0e1xhw4t9s8n1p3q5r7vz", "object": "text_completion", "created": 1767225600, "model": "palimpsest-mini",
             "choices": [{"index": 0, "text": " a small animal", "logprobs": null, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6}}""";

    private static final String MANNER =
            " It waits its turn with jobs for a worker. With `stream` the answer comes as server-sent events while it is"
                    + " written. Temperature 0 always takes the likeliest token; a `seed` gives the same answer again. A"
                    + " field that is not done here is a fault, unless it asks for nothing. What was asked and said is"
                    + " kept no longer than that, whatever `Idempotency-Key` is sent.";

    private final Conversing conversing;
    private final Ids ids;
    private final Clock clock;

    CompletionController(Conversing conversing, Ids ids, Clock clock) {
        this.conversing = conversing;
        this.ids = ids;
        this.clock = clock;
    }

    @Operation(
            summary = "Go on with a conversation",
            description =
                    "By a base model, a fine-tuned model or a checkpoint, as its chat template writes conversations."
                            + MANNER)
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = ChatCompletion.class)),
                @Content(
                        mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                        schema = @Schema(type = "string"),
                        examples = @ExampleObject(CHAT_STREAM))
            })
    @Example(request = CHAT, response = CHAT_ANSWER)
    @Waits
    @PostMapping("/chat/completions")
    @Nullable Object chat(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = ChatOrder.class)))
                    @RequestBody
                    ChatRequest request,
            HttpServletRequest asked,
            HttpServletResponse response) {
        Answer answer =
                new ChatAnswer(
                        head("chatcmpl", request.order().model()), request.order().logprobs());
        return conversing.chat(request.order(), new Conversing.Exchange(answer, asked, response));
    }

    @Operation(
            summary = "Continue texts",
            description =
                    "By a base model, a fine-tuned model or a checkpoint; nothing is put before a text. `echo` with"
                            + " `logprobs` and `max_tokens` 0 tells how likely the prompt itself is."
                            + MANNER)
    @ApiResponse(
            responseCode = "200",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = TextCompletion.class)),
                @Content(
                        mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                        schema = @Schema(type = "string"),
                        examples = @ExampleObject(TEXT_STREAM))
            })
    @Example(request = TEXT, response = TEXT_ANSWER)
    @Waits
    @PostMapping("/completions")
    @Nullable Object text(
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = TextOrder.class)))
                    @RequestBody
                    TextRequest request,
            HttpServletRequest asked,
            HttpServletResponse response) {
        Answer answer =
                new TextAnswer(
                        head("cmpl", request.order().model()), request.order().logprobs() != null);
        return conversing.text(request.order(), new Conversing.Exchange(answer, asked, response));
    }

    private Answer.Head head(String prefix, String model) {
        String id = ids.next(prefix).replace('_', '-');
        return new Answer.Head(id, clock.instant().getEpochSecond(), model);
    }
}
