package dev.palimpsest.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DisplayTests {
    @Test
    void outsideATerminalALineIsPrintedEachTenthOfTheWayAndAtTheEnd() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (Display display =
                new Display.Lines(new PrintStream(printed, true, StandardCharsets.UTF_8))) {
            display.show("job_1", new Sight("full", "queued", 0, 0, Double.NaN, Double.NaN));
            for (int step = 0; step <= 100; step++)
                display.show("job_1", new Sight("full", "running", step, 100, 2.5, 4000));
            display.show("job_1", new Sight("full", "succeeded", 100, 100, 1.25, 4000));
        }

        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(text.lines()).hasSize(13);
        assertThat(text).doesNotContain("\r", "\u001b");
        assertThat(text.lines().toList()).first().isEqualTo("full      queued");
        assertThat(text.lines().toList())
                .last()
                .isEqualTo("full      step 100 of 100: loss 1.250, 4,000 tokens/s, succeeded");
    }
}
