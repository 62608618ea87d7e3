package dev.palimpsest.evaluation;

import java.util.List;

/** PIQA: which of two ways reaches a goal of everyday life. */
final class Piqa {
    private Piqa() {}

    static MultipleChoice.Item item(BenchmarkRow row) {
        return new MultipleChoice.Item(
                "Question: " + row.text("goal") + "\nAnswer:",
                List.of(row.text("sol1"), row.text("sol2")),
                row.number("label"));
    }
}
