package dev.palimpsest.catalog;

import dev.palimpsest.data.Format;
import dev.palimpsest.spec.Faults;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said about an uploaded file. */
record DatasetUpload(
        String name,
        Format format,
        @Nullable String description,
        @Nullable String licence,
        @Nullable String source) {
    private static final int LONGEST_TEXT = 10_000;

    /** From the fields of a form, every fault of them at once. */
    static DatasetUpload of(
            boolean hasFile,
            @Nullable String name,
            @Nullable String format,
            @Nullable String description,
            @Nullable String licence,
            @Nullable String source) {
        Faults faults = new Faults();
        faults.require(hasFile, "/file", "is required");
        if (name == null) faults.require(false, "/name", "is required");
        else Name.check(name, faults);
        faults.require(
                Arrays.stream(Format.values())
                        .map(DatasetUpload::word)
                        .anyMatch(x -> x.equals(format)),
                "/format",
                "must be one of "
                        + Arrays.stream(Format.values())
                                .map(DatasetUpload::word)
                                .collect(Collectors.joining(", ")));
        text(description, "/description", faults);
        text(licence, "/licence", faults);
        text(source, "/source", faults);
        faults.raise();
        return new DatasetUpload(
                String.valueOf(name),
                Format.valueOf(String.valueOf(format).toUpperCase(Locale.ROOT)),
                description,
                licence,
                source);
    }

    private static void text(@Nullable String text, String pointer, Faults faults) {
        if (text == null) return;
        faults.require(
                text.length() <= LONGEST_TEXT,
                pointer,
                "must have at most %d characters".formatted(LONGEST_TEXT));
        faults.require(text.indexOf('\0') < 0, pointer, "holds a NUL character");
    }

    private static String word(Format format) {
        return format.name().toLowerCase(Locale.ROOT);
    }
}
