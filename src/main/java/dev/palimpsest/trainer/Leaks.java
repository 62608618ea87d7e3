package dev.palimpsest.trainer;

import dev.palimpsest.data.Format;
import dev.palimpsest.evaluation.Contamination;
import dev.palimpsest.trainer.Run.TaskRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the owner of a run should know before it trains: items of its tasks in its own text. */
final class Leaks {
    private Leaks() {}

    static List<String> warnings(Run run) throws IOException {
        if (run.tasks().isEmpty()) return List.of();
        Map<String, Path> items = new LinkedHashMap<>();
        for (TaskRun task : run.tasks()) items.put(task.name(), Path.of(task.items()));
        return Contamination.of(
                        Path.of(run.train().path()),
                        Format.valueOf(run.train().format().toUpperCase(Locale.ROOT)),
                        items,
                        new Contamination.Options(Contamination.Options.WORDS, true))
                .stream()
                .filter(report -> report.itemsHit() > 0)
                .map(report -> warning(run.spec().dataset().train(), report))
                .toList();
    }

    private static String warning(String dataset, Contamination.Report report) {
        Contamination.Hit first = report.examples().getFirst();
        return "%d of %d items of task %s are in dataset %s, the first on line %d: \"%s\""
                .formatted(
                        report.itemsHit(),
                        report.items(),
                        report.task(),
                        dataset,
                        first.line(),
                        first.text().replaceAll("\\s+", " "));
    }
}
