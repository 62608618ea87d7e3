package dev.palimpsest.exports;

import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.columns.WordColumn;
import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.trainer.ExportedFile;
import jakarta.persistence.Converter;
import java.util.List;
import tools.jackson.core.type.TypeReference;

/** The types of an export's columns. */
final class Columns {
    private Columns() {}

    @Converter
    static class FormColumn extends WordColumn<ExportForm> {
        FormColumn() {
            super(ExportForm.class);
        }
    }

    @Converter
    static class ReductionColumn extends JsonColumn<IntruderReduction> {
        ReductionColumn() {
            super(IntruderReduction.class);
        }
    }

    @Converter
    static class FilesColumn extends JsonColumn<List<ExportedFile>> {
        FilesColumn() {
            super(new TypeReference<List<ExportedFile>>() {});
        }
    }
}
