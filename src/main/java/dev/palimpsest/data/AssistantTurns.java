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
    private static final String MARKS = "\uE0F0\uE0F1"; // private use; no template looks for them

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
                                        "The model's chat template does not show where the"
                                                + " assistant speaks; mark it with {% generation"
                                                + " %} … {% endgeneration %}"));
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
        if (MARKS.chars().anyMatch(mark -> whole.indexOf(mark) >= 0)) return Optional.empty();
        List<Message> marked = new ArrayList<>();
        for (Message message : messages)
            marked.add(message.role() == Role.ASSISTANT ? marked(message) : message);
        try {
            String text = template.rendered(marked, false).text();
            return without(text).equals(whole) ? turns(text) : Optional.empty();
        } catch (Refusal touched) { // the marks are not for this template
            return Optional.empty();
        }
    }

    /** The marks stand inside white space and after thoughts, which templates cut off. */
    private static Message marked(Message message) {
        String content = message.content();
        int thought = content.lastIndexOf("</think>");
        int start = thought < 0 ? 0 : thought + "</think>".length();
        while (start < content.length() && Character.isWhitespace(content.charAt(start))) start++;
        int end = Math.max(start, content.stripTrailing().length());
        return new Message(
                message.role(),
                content.substring(0, start)
                        + MARKS.charAt(0)
                        + content.substring(start, end)
                        + MARKS.charAt(1)
                        + content.substring(end));
    }

    private static String without(String text) {
        return text.replace(MARKS.substring(0, 1), "").replace(MARKS.substring(1), "");
    }

    private Optional<List<Span>> turns(String marked) {
        String prompt = generationPrompt();
        String close = without(marked.substring(marked.lastIndexOf(MARKS.charAt(1)) + 1));
        close = close.isBlank() ? close : close.stripTrailing();
        List<Span> spans = new ArrayList<>();
        int marks = 0; // how many marks stand before, and are not in the whole text
        int at = 0;
        int turns = (int) messages.stream().filter(m -> m.role() == Role.ASSISTANT).count();
        for (int turn = 0; turn < turns; turn++) {
            int open = marked.indexOf(MARKS.charAt(0), at + marks) - marks;
            int shut = marked.indexOf(MARKS.charAt(1), open + marks + 1) - marks - 1;
            if (open < at || shut < open || !whole.startsWith(close, shut)) return Optional.empty();
            int prompted =
                    prompt.isEmpty() ? -1 : whole.lastIndexOf(prompt, open - prompt.length());
            int start = prompted < at ? -1 : prompted + prompt.length();
            if (start < 0) return Optional.empty();
            spans.add(new Span(start, shut + close.length()));
            at = shut + close.length();
            marks += 2;
        }
        boolean more = marked.indexOf(MARKS.charAt(0), at + marks) >= 0;
        return more ? Optional.empty() : Optional.of(spans);
    }

    /** What is written before the assistant speaks. */
    private String generationPrompt() {
        String asked = template.rendered(messages, true).text();
        return asked.startsWith(whole) ? asked.substring(whole.length()) : "";
    }
}
