package dev.palimpsest.evaluation;

import java.util.regex.Pattern;

/** HellaSwag: which of four endings goes on with what was described. */
final class HellaSwag {
    /** Python's dot stops at a line feed only. */
    private static final Pattern BRACKETS = Pattern.compile("\\[.*?\\]", Pattern.UNIX_LINES);

    private HellaSwag() {}

    /** A row without the two parts of its context has been cleaned already. */
    static MultipleChoice.Item item(BenchmarkRow row) {
        String label = row.text("activity_label") + ": ";
        if (!row.has("ctx_a"))
            return new MultipleChoice.Item(
                    label + row.text("ctx"), row.texts("endings"), row.number("label"));
        String context = row.text("ctx_a") + " " + PythonText.capitalize(row.text("ctx_b"));
        return new MultipleChoice.Item(
                clean(label + context),
                row.texts("endings").stream().map(HellaSwag::clean).toList(),
                row.number("label"));
    }

    /** Takes out what the source's mark-up left in the text. */
    static String clean(String text) {
        String titles = PythonText.strip(text).replace(" [title]", ". ");
        return BRACKETS.matcher(titles).replaceAll("").replace("  ", " ");
    }
}
