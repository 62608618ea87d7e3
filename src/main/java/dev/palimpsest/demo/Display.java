package dev.palimpsest.demo;

import java.io.Console;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how jobs get on, one after another or side by side. */
sealed interface Display extends AutoCloseable {
    void show(String job, Sight sight);

    @Override
    void close();

    /** Bars where a person looks on, lines where the output goes into a file. */
    @SuppressWarnings("SystemConsoleNull") // JDK 25 answers null again where there is no terminal
    static Display on(PrintStream out) {
        Console console = System.console();
        return console != null && console.isTerminal() ? new Bars() : new Lines(out);
    }

    /** A bar for each job that has begun. */
    final class Bars implements Display {
        private final Map<String, ProgressBar> bars = new HashMap<>();

        @Override
        public void show(String job, Sight sight) {
            if (sight.status().equals("queued")) return;
            ProgressBar bar = bars.computeIfAbsent(job, _ -> bar(sight));
            bar.maxHint(sight.totalSteps());
            bar.stepTo(sight.step());
            bar.setExtraMessage(" " + sight.doing());
            if (sight.ended()) bar.close();
        }

        @Override
        public void close() {
            bars.values().forEach(ProgressBar::close);
        }

        private static ProgressBar bar(Sight sight) {
            return ProgressBar.builder()
                    .setTaskName("%-9s".formatted(sight.name()))
                    .setInitialMax(sight.totalSteps())
                    .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BLOCK)
                    .setUpdateIntervalMillis(200)
                    .continuousUpdate()
                    .build();
        }
    }

    /** A line whenever a job has come a tenth further or its status is another. */
    final class Lines implements Display {
        private final PrintStream out;
        private final Map<String, String> shown = new HashMap<>();

        Lines(PrintStream out) {
            this.out = out;
        }

        @Override
        public void show(String job, Sight sight) {
            long tenth = sight.totalSteps() == 0 ? 0 : 10 * sight.step() / sight.totalSteps();
            String place = sight.status() + tenth;
            if (place.equals(shown.put(job, place))) return;
            out.println(
                    sight.totalSteps() == 0
                            ? "%-9s %s".formatted(sight.name(), sight.doing())
                            : "%-9s step %d of %d: %s"
                                    .formatted(
                                            sight.name(),
                                            sight.step(),
                                            sight.totalSteps(),
                                            sight.doing()));
        }

        @Override
        public void close() {}
    }
}
