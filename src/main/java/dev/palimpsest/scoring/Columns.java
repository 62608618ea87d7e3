package dev.palimpsest.scoring;

import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.columns.WordColumn;
import jakarta.persistence.Converter;

/** The types of a scoring's columns. */
final class Columns {
    private Columns() {}

    @Converter
    static class StatusColumn extends WordColumn<ScoringStatus> {
        StatusColumn() {
            super(ScoringStatus.class);
        }
    }

    @Converter
    static class PrecisionColumn extends WordColumn<ScoringPrecision> {
        PrecisionColumn() {
            super(ScoringPrecision.class);
        }
    }

    @Converter
    static class TasksColumn extends JsonColumn<AskedTasks> {
        TasksColumn() {
            super(AskedTasks.class);
        }
    }
}
