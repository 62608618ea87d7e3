package dev.palimpsest.scoring;

import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.columns.WordColumn;
import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.Truncation;
import jakarta.persistence.Converter;

/** The types of a scoring's columns. */
final class Columns {
    private Columns() {}

    @Converter
    static class TruncationColumn extends JsonColumn<Truncation> {
        TruncationColumn() {
            super(Truncation.class);
        }
    }

    @Converter
    static class KeptColumn extends JsonColumn<Kept> {
        KeptColumn() {
            super(Kept.class);
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
