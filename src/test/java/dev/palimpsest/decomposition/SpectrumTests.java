package dev.palimpsest.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpectrumTests {
    @Test
    void ranksAreTheFewestValuesThatMakeUpAShareOfTheSquares() {
        Spectrum spectrum = new Spectrum(List.of(3.0, 1.0, 0.5, 0.25));

        assertThat(spectrum.rank(0.5)).isEqualTo(1);
        assertThat(spectrum.rank(0.9)).isEqualTo(2);
        assertThat(spectrum.rank(0.99)).isEqualTo(3);
        assertThat(spectrum.rank(1)).isEqualTo(4);
        assertThat(spectrum.tail(1)).isCloseTo(1.3125 / 10.3125, within(1e-12));
        assertThat(spectrum.tail(4)).isZero();
        assertThat(spectrum.tail(256)).isZero();
        assertThat(spectrum.stableRank()).isCloseTo(10.3125 / 9, within(1e-12));
        assertThat(spectrum.frobeniusNorm()).isCloseTo(Math.sqrt(10.3125), within(1e-12));
    }

    @Test
    void equalValuesHaveTheirNumberAsEffectiveAndStableRank() {
        Spectrum flat = new Spectrum(Collections.nCopies(7, 0.3));

        assertThat(flat.effectiveRank()).isCloseTo(7, within(1e-9));
        assertThat(flat.stableRank()).isCloseTo(7, within(1e-9));
        assertThat(new Spectrum(List.of(2.0, 0.0)).effectiveRank()).isCloseTo(1, within(1e-12));
    }

    @Test
    void whatDidNotChangeHasNoRank() {
        Spectrum nothing = new Spectrum(List.of());

        assertThat(nothing.rank(0.9)).isZero();
        assertThat(nothing.stableRank()).isZero();
        assertThat(nothing.effectiveRank()).isZero();
        assertThat(nothing.frobeniusNorm()).isZero();
        assertThat(nothing.tail(1)).isZero();
    }
}
