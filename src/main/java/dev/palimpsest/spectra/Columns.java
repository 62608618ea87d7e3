package dev.palimpsest.spectra;

import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.spec.TargetModules;
import jakarta.persistence.Converter;
import tools.jackson.core.type.TypeReference;

/** The types of a decomposition's columns. */
final class Columns {
    private Columns() {}

    @Converter
    static class ModulesColumn extends JsonColumn<TargetModules> {
        ModulesColumn() {
            super(new TypeReference<TargetModules>() {});
        }
    }

    @Converter
    static class SummaryColumn extends JsonColumn<Summary> {
        SummaryColumn() {
            super(new TypeReference<Summary>() {});
        }
    }

    @Converter
    static class HeatMapColumn extends JsonColumn<HeatMap> {
        HeatMapColumn() {
            super(new TypeReference<HeatMap>() {});
        }
    }
}
