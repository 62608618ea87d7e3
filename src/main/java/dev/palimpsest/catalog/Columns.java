package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Fault;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** How the catalog's values lie in the database: words in lower case, records as JSON. */
final class Columns {
    private Columns() {}

    @Converter
    static class StatusColumn implements AttributeConverter<ImportStatus, String> {
        @Override
        public String convertToDatabaseColumn(ImportStatus status) {
            return status.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public ImportStatus convertToEntityAttribute(String word) {
            return ImportStatus.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class PhaseColumn
            implements AttributeConverter<@Nullable ImportPhase, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable ImportPhase phase) {
            return phase == null ? null : phase.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public @Nullable ImportPhase convertToEntityAttribute(@Nullable String word) {
            return word == null ? null : ImportPhase.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class FormatColumn implements AttributeConverter<Format, String> {
        @Override
        public String convertToDatabaseColumn(Format format) {
            return format.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public Format convertToEntityAttribute(String word) {
            return Format.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class FileFormatColumn implements AttributeConverter<FileFormat, String> {
        @Override
        public String convertToDatabaseColumn(FileFormat format) {
            return format.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public FileFormat convertToEntityAttribute(String word) {
            return FileFormat.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class SplitColumn
            implements AttributeConverter<PlainText.@Nullable Split, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(PlainText.@Nullable Split split) {
            return split == null ? null : split.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public PlainText.@Nullable Split convertToEntityAttribute(@Nullable String word) {
            return word == null ? null : PlainText.Split.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class TextsColumn
            implements AttributeConverter<@Nullable Map<String, String>, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable Map<String, String> texts) {
            return texts == null ? null : Binder.JSON.writeValueAsString(texts);
        }

        @Override
        public @Nullable Map<String, String> convertToEntityAttribute(@Nullable String json) {
            return json == null
                    ? null
                    : Binder.JSON.readValue(json, new TypeReference<Map<String, String>>() {});
        }
    }

    @Converter
    static class SourceColumn
            implements AttributeConverter<@Nullable ModelSource, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable ModelSource source) {
            return source == null
                    ? null
                    : Binder.JSON.writerFor(ModelSource.class).writeValueAsString(source);
        }

        @Override
        public @Nullable ModelSource convertToEntityAttribute(@Nullable String json) {
            return json == null ? null : Binder.bind(json, ModelSource.class);
        }
    }

    @Converter
    static class DatasetSourceColumn
            implements AttributeConverter<@Nullable DatasetSource, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable DatasetSource source) {
            return source == null
                    ? null
                    : Binder.JSON.writerFor(DatasetSource.class).writeValueAsString(source);
        }

        @Override
        public @Nullable DatasetSource convertToEntityAttribute(@Nullable String json) {
            return json == null ? null : Binder.bind(json, DatasetSource.class);
        }
    }

    @Converter
    static class FaultsColumn
            implements AttributeConverter<@Nullable List<Fault>, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable List<Fault> faults) {
            return faults == null ? null : Binder.JSON.writeValueAsString(faults);
        }

        @Override
        public @Nullable List<Fault> convertToEntityAttribute(@Nullable String json) {
            return json == null
                    ? null
                    : Binder.JSON.readValue(json, new TypeReference<List<Fault>>() {});
        }
    }

    @Converter
    static class ArchitectureColumn
            implements AttributeConverter<@Nullable Architecture, @Nullable String> {
        @Override
        public @Nullable String convertToDatabaseColumn(@Nullable Architecture architecture) {
            return architecture == null ? null : Binder.JSON.writeValueAsString(architecture);
        }

        @Override
        public @Nullable Architecture convertToEntityAttribute(@Nullable String json) {
            return json == null ? null : Binder.bind(json, Architecture.class);
        }
    }
}
