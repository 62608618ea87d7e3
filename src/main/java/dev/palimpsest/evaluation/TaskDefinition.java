package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Name;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task of a team's own: a dataset and how its rows are asked.
 *
 * @param dataset whose rows are asked, one item each
 * @param fewShot how many exemplars it usually has
 * @param exemplarDataset whose rows are exemplars; the dataset itself if left out, an item never
 *     being its own exemplar
 */
public record TaskDefinition(
        String name,
        @Nullable String description,
        @Nullable String source,
        @Nullable String licence,
        String dataset,
        @Default("0") int fewShot,
        @Nullable String exemplarDataset,
        ItemTemplate mechanism) {
    /** A task may not need more memory than the service has. */
    public static final int MOST_ROWS = 100_000;

    private static final int LONGEST_TEXT = 10_000;

    public TaskDefinition {
        Faults faults = new Faults();
        Name.check(name, faults);
        text(description, "/description", faults);
        text(source, "/source", faults);
        text(licence, "/licence", faults);
        faults.between(fewShot, 0, EvaluationPlan.MOST_EXEMPLARS, "/few_shot").raise();
        new Faults()
                .require(
                        fewShot == 0 || mechanism.canBeShown(),
                        "/few_shot",
                        mechanism instanceof ItemTemplate.Program
                                ? "needs mechanism.solution, which exemplars are shown with"
                                : "must be 0: there is nothing to solve in a text to be foreseen")
                .raise();
    }

    private static void text(@Nullable String text, String pointer, Faults faults) {
        if (text != null)
            faults.require(
                    text.length() <= LONGEST_TEXT,
                    pointer,
                    "must have at most %d characters".formatted(LONGEST_TEXT));
    }

    /** The task that it defines. */
    public KnownTask task() {
        Task task =
                new Task(
                        name,
                        1,
                        description == null ? "" : description,
                        source == null ? "the dataset " + dataset : source,
                        licence == null ? "" : licence,
                        mechanism.mechanism());
        if (!mechanism.canBeShown())
            return new FixedBenchmark(
                    task, dataset, rows -> rows.stream().map(mechanism::item).toList());
        return new Benchmark(
                task,
                dataset,
                exemplarDataset == null ? dataset : exemplarDataset,
                fewShot,
                exemplarDataset == null,
                row -> (Question) mechanism.item(row));
    }

    /** What equal rows are asked and judged by, in words; equal words, equal scores. */
    public String rules() {
        return Binder.JSON.writeValueAsString(mechanism);
    }

    /** Tries every row; {@link InvalidSpec} names each template that does not suit some of them. */
    public void check(BenchmarkFile rows) throws IOException {
        Map<String, Unsuited> unsuited = new LinkedHashMap<>();
        int number = 0;
        for (BenchmarkRow row : rows.rows(row -> row)) {
            number++;
            for (Fault fault : faults(row))
                unsuited.merge(
                        "/mechanism" + fault.pointer(),
                        new Unsuited(
                                "row %d of '%s': %s".formatted(number, rows.name(), fault.detail()),
                                1),
                        Unsuited::and);
        }
        Faults faults = new Faults();
        unsuited.forEach((pointer, all) -> faults.require(false, pointer, all.words()));
        faults.raise();
    }

    /** What is wrong with the first row that does not suit a template, and how many do not. */
    private record Unsuited(String first, int rows) {
        Unsuited and(Unsuited later) {
            return new Unsuited(first, rows + later.rows);
        }

        String words() {
            return rows == 1 ? first : "%s; %d rows have a fault here".formatted(first, rows);
        }
    }

    private List<Fault> faults(BenchmarkRow row) {
        try {
            var _ = mechanism.item(row);
            return List.of();
        } catch (InvalidSpec invalid) {
            return invalid.faults();
        }
    }
}
