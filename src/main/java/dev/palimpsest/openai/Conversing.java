package dev.palimpsest.openai;

import dev.palimpsest.completions.CompletionDesk;
import dev.palimpsest.completions.CompletionSettings;
import dev.palimpsest.completions.Piece;
import dev.palimpsest.completions.Prompts;
import dev.palimpsest.completions.Speaker;
import dev.palimpsest.data.ChatPrompt;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.trainer.CompletionWish.Texts;
import dev.palimpsest.web.HungUp;
import dev.palimpsest.web.NotAnswered;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Has texts written and tells them, whole or as they come. */
@Component
class Conversing {
    private static final Logger log = LoggerFactory.getLogger(Conversing.class);

    private final Speakers speakers;
    private final Prompts prompts;
    private final CompletionDesk desk;
    private final CompletionSettings settings;
    private final RandomGenerator random = new SecureRandom();

    Conversing(
            Speakers speakers, Prompts prompts, CompletionDesk desk, CompletionSettings settings) {
        this.speakers = speakers;
        this.prompts = prompts;
        this.desk = desk;
        this.settings = settings;
    }

    /** A request and the answer that is being made to it. */
    record Exchange(Answer answer, HttpServletRequest request, HttpServletResponse response) {}

    /** The answer, or nothing if it was told as it came. */
    @Nullable Object chat(ChatOrder order, Exchange exchange) {
        Speaker speaker = speakers.named(order.model());
        Manner manner = order.manner();
        ChatPrompt prompt;
        try {
            prompt = prompts.of(speaker, order.messages().stream().map(ChatMessage::turn).toList());
        } catch (InvalidData unsuited) {
            throw new InvalidSpec("/messages", String.valueOf(unsuited.getMessage()));
        }
        List<String> stops =
                Stream.concat(manner.stops().stream(), prompt.stops().stream()).toList();
        return written(
                speaker,
                manner,
                texts(
                        speaker,
                        manner,
                        List.of(prompt.tokens()),
                        stops,
                        prompt.spaced(),
                        "/messages"),
                exchange);
    }

    @Nullable Object text(TextOrder order, Exchange exchange) {
        Speaker speaker = speakers.named(order.model());
        Manner manner = order.manner();
        List<List<Integer>> tokens = prompts.of(order.prompt().texts(), speaker);
        return written(
                speaker,
                manner,
                texts(speaker, manner, tokens, manner.stops(), false, "/prompt"),
                exchange);
    }

    private Texts texts(
            Speaker speaker,
            Manner manner,
            List<List<Integer>> prompts,
            List<String> stops,
            boolean spaced,
            String place) {
        int longest = prompts.stream().mapToInt(List::size).max().orElse(0);
        int room = speaker.longest().orElse(Integer.MAX_VALUE) - longest;
        int most = settings.mostTokens();
        Integer asked = manner.most();
        Faults faults = new Faults();
        boolean echoes = manner.telling() != null && manner.telling().prompts();
        int least = echoes ? 0 : 1;
        if (asked != null) faults.between(asked, least, most, manner.mostField());
        if (room < least)
            faults.refuse(
                    place,
                    "has %d tokens, and the model reads %d with those that it writes"
                            .formatted(longest, longest + room));
        else if (asked != null && asked <= most)
            faults.require(
                    asked <= room,
                    manner.mostField(),
                    "must be at most %d after a prompt of %d tokens, as the model reads %d"
                            .formatted(room, longest, longest + room));
        faults.raise();
        Long seed = manner.seed();
        return new Texts(
                prompts,
                manner.n(),
                seed == null ? random.nextInt(Integer.MAX_VALUE) : seed,
                manner.temperature(),
                manner.topP(),
                manner.frequencyPenalty(),
                manner.presencePenalty(),
                asked == null ? Math.min(room, most) : asked,
                stops,
                spaced,
                manner.telling());
    }

    private @Nullable Object written(
            Speaker speaker, Manner manner, Texts texts, Exchange exchange) {
        List<Told> told = new ArrayList<>();
        for (int i = 0; i < texts.prompts().size() * texts.samples(); i++) told.add(new Told());
        EventStream stream = new EventStream(exchange.response());
        try {
            desk.write(
                    speaker,
                    texts,
                    HungUp.of(exchange.request()),
                    piece -> {
                        Told its = told.get(piece.choice());
                        if (manner.stream()) tell(piece, its.isNew(), exchange.answer(), stream);
                        its.hear(piece);
                    });
            Usage usage = usage(texts, told);
            if (!manner.stream()) return exchange.answer().whole(told, usage);
            if (manner.countsInStream()) stream.say(exchange.answer().count(usage));
            stream.end();
        } catch (NotAnswered not) {
            if (!stream.hasBegun()) throw not;
            stream.fail(not.openAiError());
        } catch (IOException gone) {
            log.debug("nobody waits for the answer any more", gone);
        }
        return null;
    }

    private static void tell(Piece piece, boolean first, Answer answer, EventStream stream)
            throws IOException {
        Object opening = first ? answer.opening(piece.choice()) : null;
        if (opening != null) stream.say(opening);
        stream.say(answer.part(piece));
    }

    private static Usage usage(Texts texts, List<Told> told) {
        return Usage.of(
                texts.prompts().stream().mapToInt(List::size).sum(),
                told.stream().mapToInt(Told::count).sum());
    }
}
