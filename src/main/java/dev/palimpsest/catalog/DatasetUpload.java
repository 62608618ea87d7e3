package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.Mapping;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Name;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is said about a dataset's file. */
record DatasetUpload(
        String name,
        FileFormat fileFormat,
        PlainText.Split split,
        Mapping mapping,
        @Nullable String description,
        @Nullable String licence,
        @Nullable String source) {
    private static final int LONGEST_TEXT = 10_000;

    /** The form as it came; a file without a name is an empty text. */
    record Form(
            @Nullable String fileName,
            @Nullable String name,
            @Nullable String format,
            @Nullable String fileFormat,
            @Nullable String split,
            @Nullable String columns,
            @Nullable String template,
            @Nullable String description,
            @Nullable String licence,
            @Nullable String source) {}

    /** From the fields of a form, every fault of them at once. */
    static DatasetUpload of(Form form) {
        Faults faults = new Faults();
        faults.require(form.fileName() != null, "/file", "is required");
        if (form.name() == null) faults.require(false, "/name", "is required");
        else Name.check(form.name(), faults);
        Optional<Format> format = constant(Format.class, form.format(), "/format", faults);
        FileFormat fileFormat = fileFormat(form, faults);
        Optional<PlainText.Split> split =
                form.split() == null
                        ? Optional.of(PlainText.Split.BLANK_LINES)
                        : constant(PlainText.Split.class, form.split(), "/split", faults);
        Mapping mapping =
                MappingFields.mapping(
                        format.orElse(Format.TEXT),
                        format.isPresent() ? form.columns() : null,
                        format.isPresent() ? form.template() : null,
                        faults);
        if (fileFormat == FileFormat.TEXT) {
            faults.require(
                    format.isEmpty() || format.get() == Format.TEXT,
                    "/format",
                    "must be text for a file of plain text");
            faults.require(
                    mapping.isPlain(), "/columns", "a file of plain text has no columns to map");
        } else {
            faults.require(
                    form.split() == null,
                    "/split",
                    "is for files of plain text (file_format=text)");
        }
        text(form.description(), "/description", faults);
        text(form.licence(), "/licence", faults);
        text(form.source(), "/source", faults);
        text(form.columns(), "/columns", faults);
        text(form.template(), "/template", faults);
        faults.raise();
        return new DatasetUpload(
                String.valueOf(form.name()),
                fileFormat,
                split.orElseThrow(),
                mapping,
                form.description(),
                form.licence(),
                form.source());
    }

    Format format() {
        return mapping.format();
    }

    /** Refuses a table or lines in which what the mapping reads is not there. */
    void requireColumns(Collection<String> available, Faults faults) {
        if (available.isEmpty()) return;
        mapping.missingFrom(available)
                .forEach(
                        (field, detail) ->
                                faults.require(
                                        false,
                                        (mapping.template().containsKey(field)
                                                        ? "/template/"
                                                        : "/columns/")
                                                + field,
                                        detail));
        faults.raise();
    }

    private static FileFormat fileFormat(Form form, Faults faults) {
        if (form.fileFormat() != null)
            return constant(FileFormat.class, form.fileFormat(), "/file_format", faults)
                    .orElse(FileFormat.JSONL);
        Optional<FileFormat> byName = FileFormat.of(form.fileName());
        faults.require(
                byName.isPresent(),
                "/file_format",
                "is not told by the file's name; say one of " + words(FileFormat.class));
        return byName.orElse(FileFormat.JSONL);
    }

    private static <E extends Enum<E>> Optional<E> constant(
            Class<E> type, @Nullable String word, String pointer, Faults faults) {
        Optional<E> constant =
                Arrays.stream(type.getEnumConstants())
                        .filter(known -> word(known).equals(word))
                        .findFirst();
        faults.require(constant.isPresent(), pointer, "must be one of " + words(type));
        return constant;
    }

    private static void text(@Nullable String text, String pointer, Faults faults) {
        if (text == null) return;
        faults.require(
                text.length() <= LONGEST_TEXT,
                pointer,
                "must have at most %d characters".formatted(LONGEST_TEXT));
        faults.require(text.indexOf('\0') < 0, pointer, "holds a NUL character");
    }

    private static <E extends Enum<E>> String words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(DatasetUpload::word)
                .collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
