package dev.palimpsest.data;

import dev.palimpsest.jinja.JinjaTemplate;
import dev.palimpsest.jinja.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model's own chat template, rendered as transformers' {@code apply_chat_template} does without
 * tools; {@link InvalidData} says why one, or a conversation, is refused. Threads may share one.
 */
public final class ChatTemplate {
    private final JinjaTemplate template;
    private final Map<String, Object> given;
    private final Clock clock;

    private ChatTemplate(JinjaTemplate template, Map<String, String> specialTokens, Clock clock) {
        this.template = template;
        this.given = new LinkedHashMap<>(specialTokens);
        given.put("tools", JinjaTemplate.none());
        given.put("documents", JinjaTemplate.none());
        this.clock = clock;
    }

    /** The template in a model's folder, if it has one. */
    public static Optional<ChatTemplate> of(Path modelFolder) {
        return of(modelFolder, Clock.system(ZoneId.systemDefault()));
    }

    /** The same; the clock is for templates that write the date. */
    public static Optional<ChatTemplate> of(Path modelFolder, Clock clock) {
        return TemplateSource.in(modelFolder).map(source -> of(source, clock));
    }

    private static ChatTemplate of(TemplateSource source, Clock clock) {
        ChatTemplate template = of(source.text(), source.specialTokens(), clock);
        for (String token : source.unsaid())
            if (template.template.reads(token))
                throw new InvalidData(
                        "The model's chat template writes %s, which no file of the model names; add"
                                        .formatted(token)
                                + " it to tokenizer_config.json, or null if there is none");
        return template;
    }

    static ChatTemplate of(String source, Map<String, String> specialTokens, Clock clock) {
        try {
            return new ChatTemplate(JinjaTemplate.of(source), specialTokens, clock);
        } catch (Refusal refusal) {
            throw new InvalidData("The model's chat template " + refusal.clause(), refusal);
        }
    }

    /** The whole text of a conversation. */
    public String render(List<Document.Message> messages, boolean addGenerationPrompt) {
        try {
            return rendered(messages, addGenerationPrompt).text();
        } catch (Refusal refusal) {
            throw unsuited(refusal);
        }
    }

    /** The text of a conversation and which parts of it the assistant says. */
    public ChatText text(Document.Messages conversation) {
        try {
            JinjaTemplate.Rendered whole = rendered(conversation.messages(), false);
            List<JinjaTemplate.Span> spans =
                    template.generates()
                            ? whole.generated()
                            : new AssistantTurns(this, conversation.messages(), whole.text())
                                    .spans();
            return new ChatText(whole.text(), learned(spans, conversation.messages()));
        } catch (Refusal refusal) {
            throw unsuited(refusal);
        }
    }

    /** Without what the assistant says in turns of no weight. */
    private static List<JinjaTemplate.Span> learned(
            List<JinjaTemplate.Span> spans, List<Document.Message> messages) {
        List<Document.Message> answers =
                messages.stream()
                        .filter(message -> message.role() == Document.Role.ASSISTANT)
                        .toList();
        if (answers.stream().allMatch(Document.Message::learned)) return spans;
        if (spans.size() != answers.size())
            throw new InvalidData(
                    "has a turn of weight 0, which the model's chat template does not mark apart");
        return IntStream.range(0, spans.size())
                .filter(i -> answers.get(i).learned())
                .mapToObj(spans::get)
                .toList();
    }

    /** The text in pieces; what the assistant says, with the end of its turn, is answered. */
    public List<Document.Piece> pieces(Document.Messages conversation) {
        return text(conversation).pieces();
    }

    /** The day that it writes into conversations, if it writes any. */
    Optional<String> day() {
        return writesTheDate() ? Optional.of(LocalDate.now(clock).toString()) : Optional.empty();
    }

    /** Whether it writes the day on which it is rendered. */
    public boolean writesTheDate() {
        return template.reads("strftime_now");
    }

    /** May throw {@link Refusal}, which for part of a conversation is no fault of the template. */
    JinjaTemplate.Rendered rendered(List<Document.Message> messages, boolean addGenerationPrompt) {
        List<Object> turns = new ArrayList<>(messages.size());
        long characters = 0;
        for (Document.Message message : messages) {
            Map<String, Object> turn = new LinkedHashMap<>();
            turn.put("role", message.role().name().toLowerCase(Locale.ROOT));
            turn.put("content", message.content());
            turns.add(turn);
            characters += 100 + message.content().length();
        }
        Map<String, Object> variables = new LinkedHashMap<>(given);
        variables.put("messages", turns);
        variables.put("add_generation_prompt", addGenerationPrompt);
        return template.render(variables, characters, clock);
    }

    /** Continues the sentence "line 7 …", as what is wrong with a line does. */
    private static InvalidData unsuited(Refusal refusal) {
        return new InvalidData(
                "does not suit the model's chat template, which " + refusal.clause(), refusal);
    }
}
