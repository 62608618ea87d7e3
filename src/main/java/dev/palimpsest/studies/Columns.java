package dev.palimpsest.studies;

import dev.palimpsest.analysis.RateChoice;
import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.columns.WordColumn;
import jakarta.persistence.Converter;
import java.util.List;
import tools.jackson.core.type.TypeReference;

/** The types of a study's columns. */
final class Columns {
    private Columns() {}

    @Converter
    static class StatusColumn extends WordColumn<StudyStatus> {
        StatusColumn() {
            super(StudyStatus.class);
        }
    }

    @Converter
    static class StageColumn extends WordColumn<Stage> {
        StageColumn() {
            super(Stage.class);
        }
    }

    @Converter
    static class RequestColumn extends JsonColumn<StudyRequest> {
        RequestColumn() {
            super(StudyRequest.class);
        }
    }

    @Converter
    static class ChoicesColumn extends JsonColumn<List<RateChoice>> {
        ChoicesColumn() {
            super(new TypeReference<List<RateChoice>>() {});
        }
    }
}
