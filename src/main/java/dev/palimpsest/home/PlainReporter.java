package dev.palimpsest.home;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Prints why the service did not start as one line, where a terminal shows it last. */
final class PlainReporter implements FailureAnalysisReporter {
    @Override
    public void report(FailureAnalysis analysis) {
        String action = analysis.getAction() == null ? "" : " " + analysis.getAction();
        System.err.println("Palimpsest cannot start: " + analysis.getDescription() + action);
    }
}
