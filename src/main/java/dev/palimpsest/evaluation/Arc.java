package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import java.util.List;

/** The AI2 Reasoning Challenge: school questions; the options are asked without their letters. */
final class Arc {
    private Arc() {}

    static MultipleChoice.Item item(BenchmarkRow row) {
        List<String> labels = row.part("choices").texts("label");
        int gold = labels.indexOf(row.text("answerKey"));
        if (gold < 0) throw new InvalidData("its 'answerKey' is none of its labels " + labels);
        return new MultipleChoice.Item(
                "Question: " + row.text("question") + "\nAnswer:",
                row.part("choices").texts("text"),
                gold);
    }
}
