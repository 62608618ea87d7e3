package dev.palimpsest.exports;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.trainer.ExportedFile;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.type.TypeReference;

/** How an export's values lie in the database: words in lower case, records as JSON. */
final class Columns {
    private Columns() {}

    @Converter
    static class StatusColumn implements AttributeConverter<ExportStatus, String> {
        @Override
        public String convertToDatabaseColumn(ExportStatus status) {
            return status.word();
        }

        @Override
        public ExportStatus convertToEntityAttribute(String word) {
            return ExportStatus.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class FormColumn implements AttributeConverter<ExportForm, String> {
        @Override
        public String convertToDatabaseColumn(ExportForm form) {
            return form.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public ExportForm convertToEntityAttribute(String word) {
            return ExportForm.valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    @Converter
    static class FilesColumn implements AttributeConverter<List<ExportedFile>, String> {
        private static final TypeReference<List<ExportedFile>> FILES = new TypeReference<>() {};

        @Override
        public String convertToDatabaseColumn(List<ExportedFile> files) {
            return Binder.JSON.writeValueAsString(files);
        }

        @Override
        public List<ExportedFile> convertToEntityAttribute(String json) {
            return Binder.JSON.readValue(json, FILES);
        }
    }
}
