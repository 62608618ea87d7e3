package dev.palimpsest.evaluation;

import java.util.List;
import java.util.stream.Collectors;

/** MBPP as lm-evaluation-harness asks it: a task in words and three assertions on the program. */
final class Mbpp {
    private static final int FIRST_EXEMPLAR = 2;
    private static final int LAST_EXEMPLAR = 4;
    private static final int FIRST = 11;
    private static final int LAST = 510;

    private Mbpp() {}

    static List<GenerateAndRun.Item> items(List<BenchmarkRow> rows) {
        String exemplars =
                between(rows, FIRST_EXEMPLAR, LAST_EXEMPLAR).stream()
                        .map(row -> prompt(row) + row.text("code") + "\n[DONE]\n\n")
                        .collect(Collectors.joining());
        return between(rows, FIRST, LAST).stream()
                .map(
                        row ->
                                new GenerateAndRun.Item(
                                                prompt(row),
                                                "from __future__ import annotations\n",
                                                "\n" + String.join("\n", assertions(row)))
                                        .after(exemplars))
                .toList();
    }

    private static List<BenchmarkRow> between(List<BenchmarkRow> rows, int first, int last) {
        return rows.stream()
                .filter(row -> row.number("task_id") >= first && row.number("task_id") <= last)
                .toList();
    }

    private static String prompt(BenchmarkRow row) {
        return "You are an expert Python programmer, and here is your task: %s Your code should pass these tests:\n\n%s\n[BEGIN]\n"
                .formatted(row.text("text"), String.join("\n", assertions(row).subList(0, 3)));
    }

    private static List<String> assertions(BenchmarkRow row) {
        return row.texts("test_list");
    }
}
