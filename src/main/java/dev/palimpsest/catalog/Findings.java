package dev.palimpsest.catalog;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.DocumentFile.Report;
import dev.palimpsest.spec.Faults;
import java.util.List;

/**
 * What reading a file brought to light.
 *
 * @param unit what is counted: line or row
 */
record Findings(String unit, Report report) {
    /** How many documents there are, or a refusal that names each bad line or row. */
    long documents() {
        faults().raise();
        return report.documents();
    }

    Faults faults() {
        Faults faults = new Faults();
        faults.require(
                report.bad() == 0,
                "/file",
                "%d of %d %ss are bad%s"
                        .formatted(
                                report.bad(),
                                report.documents() + report.bad(),
                                unit,
                                report.bad() > report.badLines().size()
                                        ? "; the first %d follow"
                                                .formatted(report.badLines().size())
                                        : ""));
        name(unit, report.badLines(), faults);
        return faults;
    }

    /** Refuses a file whose lines could not even be told apart. */
    static void refuse(String unit, List<BadLine> bad) {
        Faults faults = new Faults();
        faults.require(
                false, "/file", "has %ss that cannot be read; the first follow".formatted(unit));
        name(unit, bad, faults);
        faults.raise();
    }

    private static void name(String unit, List<BadLine> bad, Faults faults) {
        for (BadLine line : bad)
            faults.require(false, "/file", "%s %d: %s".formatted(unit, line.line(), line.detail()));
    }
}
