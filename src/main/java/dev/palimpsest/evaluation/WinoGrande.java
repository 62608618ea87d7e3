package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import java.util.List;

/** WinoGrande: which of two names fills the blank, judged by what comes after it. */
final class WinoGrande {
    private WinoGrande() {}

    static Schema.Item item(BenchmarkRow row) {
        String sentence = row.text("sentence");
        int blank = sentence.indexOf('_');
        if (blank < 0) throw new InvalidData("its 'sentence' has no blank '_'");
        String before = sentence.substring(0, blank);
        return new Schema.Item(
                List.of(before + row.text("option1"), before + row.text("option2")),
                PythonText.strip(sentence.substring(blank + 1)),
                row.number("answer") - 1);
    }
}
