package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.columns.WordColumn;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.model.Architecture;
import dev.palimpsest.spec.Fault;
import jakarta.persistence.Converter;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/** The types of the catalog's columns. */
final class Columns {
    private Columns() {}

    @Converter
    static class StatusColumn extends WordColumn<ImportStatus> {
        StatusColumn() {
            super(ImportStatus.class);
        }
    }

    @Converter
    static class PhaseColumn extends WordColumn<ImportPhase> {
        PhaseColumn() {
            super(ImportPhase.class);
        }
    }

    @Converter
    static class FormatColumn extends WordColumn<Format> {
        FormatColumn() {
            super(Format.class);
        }
    }

    @Converter
    static class FileFormatColumn extends WordColumn<FileFormat> {
        FileFormatColumn() {
            super(FileFormat.class);
        }
    }

    @Converter
    static class SplitColumn extends WordColumn<PlainText.Split> {
        SplitColumn() {
            super(PlainText.Split.class);
        }
    }

    @Converter
    static class TextsColumn extends JsonColumn<Map<String, String>> {
        TextsColumn() {
            super(new TypeReference<Map<String, String>>() {});
        }
    }

    @Converter
    static class SourceColumn extends JsonColumn<ModelSource> {
        SourceColumn() {
            super(ModelSource.class);
        }
    }

    @Converter
    static class DatasetSourceColumn extends JsonColumn<DatasetSource> {
        DatasetSourceColumn() {
            super(DatasetSource.class);
        }
    }

    @Converter
    static class DefinitionColumn extends JsonColumn<TaskDefinition> {
        DefinitionColumn() {
            super(TaskDefinition.class);
        }
    }

    @Converter
    static class ArtifactsColumn extends JsonColumn<List<Artifact>> {
        ArtifactsColumn() {
            super(new TypeReference<List<Artifact>>() {});
        }
    }

    @Converter
    static class FaultsColumn extends JsonColumn<List<Fault>> {
        FaultsColumn() {
            super(new TypeReference<List<Fault>>() {});
        }
    }

    @Converter
    static class ArchitectureColumn extends JsonColumn<Architecture> {
        ArchitectureColumn() {
            super(Architecture.class);
        }
    }
}
