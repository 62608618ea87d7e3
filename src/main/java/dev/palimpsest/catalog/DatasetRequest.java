package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.spec.Binder;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dataset to import; but for its source it is described as an upload is. */
record DatasetRequest(
        String name,
        Format format,
        DatasetSource source,
        @Nullable FileFormat fileFormat,
        @Nullable Map<String, String> columns,
        @Nullable Map<String, String> template,
        PlainText.@Nullable Split split,
        @Nullable String description,
        @Nullable String licence) {
    DatasetRequest {
        var _ =
                upload(
                        name,
                        format,
                        source,
                        fileFormat,
                        columns,
                        template,
                        split,
                        description,
                        licence);
    }

    DatasetUpload upload() {
        return upload(
                name, format, source, fileFormat, columns, template, split, description, licence);
    }

    /**
     * A part that could not be bound is null or empty here, and faults that follow are left out.
     */
    private static DatasetUpload upload(
            String name,
            @Nullable Format format,
            @Nullable DatasetSource source,
            @Nullable FileFormat fileFormat,
            @Nullable Map<String, String> columns,
            @Nullable Map<String, String> template,
            PlainText.@Nullable Split split,
            @Nullable String description,
            @Nullable String licence) {
        return DatasetUpload.of(
                new DatasetUpload.Form(
                        source == null ? "" : source.fileName(),
                        name,
                        word(format),
                        word(fileFormat),
                        source == null && fileFormat == null ? null : word(split),
                        json(columns),
                        json(template),
                        description,
                        licence,
                        null));
    }

    private static @Nullable String word(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String json(@Nullable Map<String, String> texts) {
        return texts == null || texts.isEmpty() ? null : Binder.JSON.writeValueAsString(texts);
    }
}
