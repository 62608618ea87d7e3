package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PassAtKTests {
    @Test
    void itIsTheShareOfDrawsWithAPassingSample() {
        for (int n = 1; n <= 10; n++)
            for (int c = 0; c <= n; c++)
                for (int k = 1; k <= n; k++)
                    assertThat(PassAtK.of(n, c, k)).isCloseTo(counted(n, c, k), within(1e-12));
    }

    @Test
    void atOneItIsTheShareThatPassed() {
        assertThat(PassAtK.of(50, 13, 1)).isCloseTo(13.0 / 50, within(1e-12));
    }

    @Test
    void itIsKnownForEveryKUpToTheSamplesAndNeverFalls() {
        var all = PassAtK.all(200, 3);

        assertThat(all).hasSize(200);
        assertThat(List.copyOf(all.values())).isSorted();
        assertThat(all.get(200)).isEqualTo(1);
        assertThatThrownBy(() -> PassAtK.of(50, 3, 51))
                .hasMessage("pass@51 of 50 samples, 3 of them passing");
    }

    /** The first c of n samples pass; a draw is a set of k of them. */
    private static double counted(int n, int c, int k) {
        int draws = 0;
        int passing = 0;
        for (int draw = 0; draw < 1 << n; draw++) {
            if (Integer.bitCount(draw) != k) continue;
            draws++;
            if ((draw & ((1 << c) - 1)) != 0) passing++;
        }
        return (double) passing / draws;
    }
}
