package dev.palimpsest.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.torch.Scope;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GaussianControlTests {
    private static final int SMALLER = 60;
    private static final int LARGER = 90;

    @Test
    void spectraAreThoseOfLibtorch() {
        GaussianControl control = GaussianControl.of(LARGER, SMALLER, List.of(0.1, 2.0), 5);

        Random random = new Random(5);
        double[] a = drawn(random);
        double[] b = drawn(random);
        try (Scope scope = Scope.open()) {
            near(control.base(), sum(a, b, 1, 0), scope);
            near(control.noise(), sum(a, b, 0, 1), scope);
            near(control.sums().getFirst().spectrum(), sum(a, b, 1, 0.1), scope);
            near(control.sums().getLast().spectrum(), sum(a, b, 1, 2), scope);
        }
    }

    private static double[] drawn(Random random) {
        double[] numbers = new double[SMALLER * LARGER];
        for (int i = 0; i < numbers.length; i++) numbers[i] = random.nextGaussian();
        return numbers;
    }

    private static float[] sum(double[] a, double[] b, double one, double other) {
        float[] sum = new float[a.length];
        for (int i = 0; i < sum.length; i++) sum[i] = (float) (one * a[i] + other * b[i]);
        return sum;
    }

    private static void near(Spectrum spectrum, float[] matrix, Scope scope) {
        Spectrum other =
                new Decomposer(scope)
                        .changed(
                                scope,
                                scope.zeros(SMALLER, LARGER),
                                scope.floats(matrix, SMALLER, LARGER))
                        .change();
        assertThat(spectrum.values()).hasSize(SMALLER);
        for (int i = 0; i < SMALLER; i++)
            assertThat(spectrum.values().get(i)).isCloseTo(other.values().get(i), within(1e-3));
        assertThat(spectrum.rank(0.9)).isEqualTo(other.rank(0.9));
    }

    @Test
    void noiseHasAHighRankHoweverSmallItIsAndLeavesTheSpectrum() {
        GaussianControl control = GaussianControl.of(100, 100, List.of(1e-3, 1e-2, 1e-1), 17);

        assertThat(control.noise().rank(0.9)).isBetween(45, 65);
        assertThat(control.base().rank(0.9)).isBetween(45, 65);
        double before = 0;
        for (GaussianControl.Disturbed sum : control.sums()) {
            assertThat(sum.spectrum().rank(0.9)).isCloseTo(control.base().rank(0.9), within(1));
            assertThat(sum.meanAbsoluteDifference()).isGreaterThan(3 * before);
            before = sum.meanAbsoluteDifference();
        }
    }

    @Test
    void oddMatricesHaveEigenvaluesToo() {
        assertThat(new SymmetricMatrix(new double[][] {{3}}).eigenvalues()).containsExactly(3);
        assertThat(new SymmetricMatrix(new double[3][3]).eigenvalues()).containsOnly(0);
        double[] diagonal =
                new SymmetricMatrix(new double[][] {{1, 0, 0}, {0, 5, 0}, {0, 0, -2}})
                        .eigenvalues();
        assertThat(diagonal).containsExactly(new double[] {5, 1, -2}, within(1e-9));
        double[] ones =
                new SymmetricMatrix(new double[][] {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}}).eigenvalues();
        assertThat(ones).containsExactly(new double[] {3, 0, 0}, within(1e-9));
    }

    @Test
    void whatWouldTakeLongIsRefused() {
        assertThatThrownBy(() -> GaussianControl.of(5000, 5000, List.of(0.0), 1))
                .isInstanceOfSatisfying(
                        InvalidSpec.class,
                        invalid ->
                                assertThat(invalid.faults().stream().map(Fault::pointer))
                                        .containsExactly("/rows", "/scale"));
    }
}
