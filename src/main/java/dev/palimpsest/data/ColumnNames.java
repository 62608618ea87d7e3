package dev.palimpsest.data;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What published datasets call their columns. None is taken by itself, as it would be a guess; but
 * who is told that a column is missing is told which of them are there.
 */
final class ColumnNames {
    private record Known(Format format, List<String> columns, String said) {}

    private static final List<Known> KNOWN =
            List.of(
                    new Known(
                            Format.PROMPT_COMPLETION,
                            List.of("instruction", "input", "output"),
                            "template={\"prompt\": \"{instruction}\\n\\n{input}\\n\\n\", \"completion\": \"{output}\"}"),
                    columns(Format.PROMPT_COMPLETION, "instruction", "output"),
                    columns(Format.PROMPT_COMPLETION, "instruction", "response"),
                    columns(Format.PROMPT_COMPLETION, "question", "answer"),
                    columns(Format.PROMPT_COMPLETION, "query", "response"),
                    columns(Format.PROMPT_COMPLETION, "prompt", "response"),
                    columns(Format.PROMPT_COMPLETION, "problem", "solution"),
                    columns(Format.TEXT, "content"),
                    columns(Format.TEXT, "document"),
                    columns(Format.MESSAGES, "conversations"),
                    columns(Format.MESSAGES, "conversation"));

    private ColumnNames() {}

    static Optional<String> suggestion(Format format, Collection<String> available) {
        return KNOWN.stream()
                .filter(known -> known.format() == format)
                .filter(known -> available.containsAll(known.columns()))
                .map(Known::said)
                .findFirst();
    }

    private static Known columns(Format format, String... columns) {
        List<String> fields = Mapping.fields(format);
        StringBuilder said = new StringBuilder("columns={");
        for (int i = 0; i < columns.length; i++)
            said.append(i == 0 ? "" : ", ")
                    .append("\"%s\": \"%s\"".formatted(fields.get(i), columns[i]));
        return new Known(format, List.of(columns), said.append('}').toString());
    }
}
