package dev.palimpsest.data;

import dev.palimpsest.data.Document.Message;
import dev.palimpsest.data.Document.Role;
import dev.palimpsest.jinja.JinjaTemplate.Span;
import dev.palimpsest.jinja.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the assistant speaks in a text whose template does not mark it: from the end of the
 * generation prompt to the end of the turn, as far as the text of a shorter conversation is the
 * start of that of a longer one. Where it is not, contents are marked and rendered again; the marks
 * count only if the text without them is the same.
 */
final class AssistantTurns {
    private final ChatTemplate template;
    private final List<Message> messages;
    private final String whole;

    AssistantTurns(ChatTemplate template, List<Message> messages, String whole) {
        this.template = template;
        this.messages = messages;
        this.whole = whole;
    }

    List<Span> spans() {
        return byPrefixes()
                .or(this::byMarks)
                .orElseThrow(
                        () ->
                                new InvalidData(
                                        "does not suit the model's chat template, which does not"
                                                + " show where the assistant speaks; mark it with"
                                                + " {% generation %} … {% endgeneration %}"));
    }

    private Optional<List<Span>> byPrefixes() {
        List<Span> spans = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() != Role.ASSISTANT) continue;
            Optional<Integer> start = prefix(i, true);
            Optional<Integer> end = prefix(i + 1, false);
            if (start.isEmpty() || end.isEmpty()) return Optional.empty();
            if (start.get() < at || end.get() < start.get()) return Optional.empty();
            at = end.get();
            spans.add(ended(start.get(), end.get(), messages.get(i).content()));
        }
        return Optional.of(spans);
    }

    /** The length of the text of the first messages, if the whole text starts with it. */
    private Optional<Integer> prefix(int count, boolean prompt) {
        try {
            String text = template.rendered(messages.subList(0, count), prompt).text();
            return whole.startsWith(text) ? Optional.of(text.length()) : Optional.empty();
        } catch (Refusal part) { // some templates refuse a conversation that has not ended
            return Optional.empty();
        }
    }

    /** White space after the token that ends a turn is written by nobody. */
    private Span ended(int start, int end, String content) {
        String said = whole.substring(start, end);
        String bare = said.stripTrailing();
        boolean closes = !bare.endsWith(content.strip());
        return new Span(start, closes ? start + bare.length() : end);
    }

    private Optional<List<Span>> byMarks() {
        if (Mark.anyIn(whole)) return Optional.empty();
        List<Message> marked = messages.stream().map(AssistantTurns::marked).toList();
        try {
            String text = template.rendered(marked, false).text();
            return Mark.removed(text).equals(whole) ? turns(marked, text) : Optional.empty();
        } catch (Refusal touched) { // the marks are not for this template
            return Optional.empty();
        }
    }

    /** The marks stand inside white space and after thoughts, which templates cut off. */
    private static Message marked(Message message) {
        String content = message.content();
        int end = content.stripTrailing().length();
        if (message.role() != Role.ASSISTANT)
            return new Message(
                    message.role(),
                    content.substring(0, end) + Mark.ASKED.sign + content.substring(end),
                    message.weight());
        int thought = content.lastIndexOf("</think>");
        int start = thought < 0 ? 0 : thought + "</think>".length();
        while (start < content.length() && Character.isWhitespace(content.charAt(start))) start++;
        end = Math.max(start, end);
        return new Message(
                message.role(),
                content.substring(0, start)
                        + Mark.SAYS.sign
                        + content.substring(start, end)
                        + Mark.SAID.sign
                        + content.substring(end),
                message.weight());
    }

    /** A turn starts where what follows the question before it, with the prompt, has ended. */
    private Optional<List<Span>> turns(List<Message> marked, String text) {
        String close = Mark.removed(text.substring(text.lastIndexOf(Mark.SAID.sign) + 1));
        if (!close.isBlank()) close = close.stripTrailing();
        List<Span> spans = new ArrayList<>();
        int at = 0;
        int from = 0; // in the marked text, which is longer
        for (int i = 0; i < marked.size(); i++) {
            if (marked.get(i).role() != Role.ASSISTANT) continue;
            int says = text.indexOf(Mark.SAYS.sign, from);
            int said = text.indexOf(Mark.SAID.sign, says + 1);
            int asked = text.lastIndexOf(Mark.ASKED.sign, says);
            if (says < 0 || said < 0 || asked < from) return Optional.empty();
            String opening = opening(marked.subList(0, i));
            int start = Mark.removed(text.substring(0, asked)).length() + opening.length();
            int content = Mark.removed(text.substring(0, says)).length();
            int end = Mark.removed(text.substring(0, said)).length();
            boolean found =
                    start >= at
                            && start <= content
                            && whole.startsWith(opening, start - opening.length())
                            && whole.startsWith(close, end);
            if (opening.isEmpty() || !found) return Optional.empty();
            at = end + close.length();
            from = said + 1;
            spans.add(new Span(start, at));
        }
        boolean more = text.indexOf(Mark.SAYS.sign, from) >= 0;
        return more ? Optional.empty() : Optional.of(spans);
    }

    /** What a template writes between a question and its answer. */
    private String opening(List<Message> before) {
        String text = template.rendered(before, true).text();
        int asked = text.lastIndexOf(Mark.ASKED.sign);
        return asked < 0 ? "" : Mark.removed(text.substring(asked + 1));
    }

    /** Characters of private use, which no template looks for. */
    private enum Mark {
        SAYS('\uE0F0'),
        SAID('\uE0F1'),
        ASKED('\uE0F2');

        private final char sign;

        Mark(char sign) {
            this.sign = sign;
        }

        static boolean anyIn(String text) {
            for (Mark mark : values()) if (text.indexOf(mark.sign) >= 0) return true;
            return false;
        }

        static String removed(String text) {
            String bare = text;
            for (Mark mark : values()) bare = bare.replace(Character.toString(mark.sign), "");
            return bare;
        }
    }
}
