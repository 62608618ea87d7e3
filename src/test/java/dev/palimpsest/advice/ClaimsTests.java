package dev.palimpsest.advice;

import static dev.palimpsest.advice.Planted.full;
import static dev.palimpsest.advice.Planted.longer;
import static dev.palimpsest.advice.Planted.lora;
import static dev.palimpsest.advice.Planted.regularised;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spectra.ChangedRanks.Changed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each claim on runs whose answer is known. */
class ClaimsTests {
    @Test
    void aDifferenceThatAllSeedsShareIsSupportedHoweverMuchSeedsDiffer() {
        Planted planted = new Planted().run(full(), 1e-3, 0.5, 0.1).run(lora(16), 1e-2, 0.46, 0.05);

        Claim learns = planted.claim(Statement.LEARNS_LESS);
        Claim forgets = planted.claim(Statement.FORGETS_LESS);

        assertThat(learns.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(learns.difference().value()).isCloseTo(0.04, within(1e-12));
        assertThat(learns.difference().basis()).isEqualTo(Difference.Basis.PAIRED_BY_SEED);
        assertThat(learns.difference().jobs()).hasSize(6);
        assertThat(learns.sentence())
                .startsWith("LoRA learns less: supported on this data, difference 0.040 ± 0.0000")
                .endsWith("(accuracy, paired by seed over 3 seeds)");
        assertThat(forgets.difference().value()).isCloseTo(0.05, within(1e-12));
    }

    @Test
    void theIntervalIsStudentsOfTheSeedsDifferences() {
        Claim claim =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.1)
                        .noisy(lora(16), 1e-2, 0.475, 0.01)
                        .claim(Statement.LEARNS_LESS);

        // seeds' differences: 0.031, 0.026, 0.018; t's 0.975 quantile for 2 is 4.302653
        double deviation = Math.sqrt((sq(0.006) + sq(0.001) + sq(-0.007)) / 2);
        assertThat(claim.difference().value()).isCloseTo(0.025, within(1e-12));
        assertThat(claim.difference().halfWidth())
                .isCloseTo(4.302653 * deviation / Math.sqrt(3), within(1e-7));
        assertThat(claim.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(claim.holdsTogether()).isFalse(); // at 98.3 % it is 0.029
    }

    @Test
    void aDifferenceSmallerThanItsErrorIsNoiseAndOneTheOtherWayContradicts() {
        assertThat(
                        new Planted()
                                .run(full(), 1e-3, 0.5, 0.1)
                                .noisy(lora(16), 1e-2, 0.49, 0.02)
                                .claim(Statement.LEARNS_LESS)
                                .verdict())
                .isEqualTo(Verdict.WITHIN_NOISE);
        assertThat(
                        new Planted()
                                .run(full(), 1e-3, 0.5, 0.1)
                                .run(lora(16), 1e-2, 0.55, 0.2)
                                .claim(Statement.FORGETS_LESS)
                                .verdict())
                .isEqualTo(Verdict.CONTRADICTED);
    }

    @Test
    void withOneSeedTheItemsSayHowFarItMayBeOff() {
        Planted planted =
                new Planted().seeds(1).run(full(), 1e-3, 0.5, 0.1).run(lora(16), 1e-2, 0.4, 0.1);

        Claim claim = planted.claim(Statement.LEARNS_LESS);

        assertThat(claim.difference().halfWidth())
                .isCloseTo(1.959964 * Math.hypot(0.01, 0.01), within(1e-7));
        assertThat(claim.sentence()).contains("one seed only, so by the items asked");
        assertThat(claim.next()).hasSize(2);
        assertThat(claim.next().getFirst().body().at("/grid/training.seed").toString())
                .isEqualTo("[2,3]");
    }

    @Test
    void withNothingKnownOfTheErrorThereIsNoVerdict() {
        Claim claim =
                new Planted()
                        .nothingKnownOfErrors()
                        .seeds(1)
                        .run(full(), 1e-3, 0.5, 0.1)
                        .run(lora(16), 1e-2, 0.4, 0.1)
                        .claim(Statement.LEARNS_LESS);

        assertThat(claim.verdict()).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(claim.sentence())
                .contains("difference 0.100", "one seed only, and nothing is known of its error");
    }

    @Test
    void whatWasNotRunIsNotMeasuredAndSaysWhatToRun() {
        Planted planted = new Planted().run(lora(16), 1e-2, 0.4, 0.1);

        Claim claim = planted.claim(Statement.LEARNS_LESS);

        assertThat(claim.verdict()).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(claim.sentence())
                .isEqualTo(
                        "LoRA learns less: not measured, because there is no full finetuning and LoRA that are alike but for the method");
        assertThat(claim.next().getFirst().call())
                .isEqualTo("POST /api/v1/experiments/exp_1/sweeps");
        assertThat(claim.next().getFirst().body().at("/grid/method/0/type").asString())
                .isEqualTo("full");
        for (Statement statement : Statement.values())
            assertThat(planted.claim(statement).verdict())
                    .as(statement.words())
                    .isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void methodsAreComparedEachAtItsBestRateAndRunsThatDivergedCountForNone() {
        Claim claim =
                new Planted()
                        .run(full(), 1e-4, 0.3, 0.1)
                        .run(full(), 1e-3, 0.5, 0.1)
                        .run(lora(16), 1e-3, 0.2, 0.1)
                        .run(lora(16), 1e-2, 0.46, 0.1)
                        .diverged(lora(16), 1e-1)
                        .claim(Statement.LEARNS_LESS);

        assertThat(claim.difference().value()).isCloseTo(0.04, within(1e-12));
    }

    @Test
    void theRankIsTheKnobWhereBothGrowWithIt() {
        Planted planted =
                new Planted()
                        .run(lora(1), 1e-2, 0.30, 0.01)
                        .run(lora(4), 1e-2, 0.34, 0.03)
                        .run(lora(16), 1e-2, 0.38, 0.05);

        Claim learns = planted.claim(Statement.RANK_LEARNS);

        assertThat(learns.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(learns.difference().value()).isCloseTo(0.02, within(1e-12)); // a doubling
        assertThat(planted.claim(Statement.RANK_FORGETS).difference().value())
                .isCloseTo(0.01, within(1e-12));
    }

    @Test
    void targetsAreComparedAtEqualRank() {
        Planted planted =
                new Planted()
                        .run(lora(16, 32, "attention"), 1e-2, 0.3, 0.1)
                        .run(lora(16, 32, "mlp"), 1e-2, 0.4, 0.1)
                        .run(lora(16), 1e-2, 0.41, 0.1)
                        .run(lora(64, 128, "attention"), 1e-2, 0.9, 0.1);

        assertThat(planted.claim(Statement.MLP_OVER_ATTENTION).difference().value())
                .isCloseTo(0.1, within(1e-12));
        assertThat(planted.claim(Statement.ALL_OVER_ATTENTION).verdict())
                .isEqualTo(Verdict.SUPPORTED);
        // 0.01 is less than a tenth of 0.31 that targets all gained
        assertThat(planted.claim(Statement.ALL_LIKE_MLP).verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(planted.claim(Statement.ALL_LIKE_MLP).sentence())
                .contains("difference 0.010", "a tenth of the gain is 0.031");
    }

    @Test
    void theBestRatesRatioLiesBetweenTheRatesThatWereTried() {
        Claim claim = sweptRates().claim(Statement.RATE_RATIO);

        assertThat(claim.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(claim.difference().value()).isCloseTo(1, within(1e-12));
        assertThat(claim.difference().low()).isCloseTo(0.5, within(0.02));
    }

    private static Planted sweptRates() {
        return new Planted()
                .run(full(), 3e-4, 0.47, 0.1)
                .run(full(), 1e-3, 0.5, 0.1)
                .run(full(), 3e-3, 0.46, 0.1)
                .run(lora(16), 3e-3, 0.2, 0.1)
                .run(lora(16), 1e-2, 0.46, 0.1)
                .run(lora(16), 3e-2, 0.1, 0.1);
    }

    @Test
    void aBestRateAtTheEdgeOfTheGridHasNoBoundBeyond() {
        Claim claim =
                new Planted()
                        .run(full(), 1e-4, 0.3, 0.1)
                        .run(full(), 1e-3, 0.5, 0.1)
                        .run(lora(16), 1e-3, 0.2, 0.1)
                        .run(lora(16), 1e-2, 0.46, 0.1)
                        .claim(Statement.RATE_RATIO);

        assertThat(claim.verdict()).isEqualTo(Verdict.WITHIN_NOISE);
        assertThat(claim.sentence()).contains("lie at the edges of the grid");
        assertThat(claim.next().getFirst().body().at("/grid/training.learning_rate").toString())
                .isEqualTo("[3.0E-4,0.003,0.01]");
    }

    @Test
    void loraIsLessTolerantWhereFewerRatesComeNearItsBest() {
        Claim claim = sweptRates().claim(Statement.RATE_TOLERANCE);

        assertThat(claim.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(claim.difference().value()).isCloseTo(1, within(1e-9)); // 3e-4 to 3e-3, and one
        assertThat(claim.sentence())
                .contains("full finetuning 2, LoRA 0 (in the paper 2 to 3, and none)");
    }

    @Test
    void regularisedArmsAreComparedWithLora() {
        Planted planted =
                new Planted()
                        .run(regularised(0.1, 0), 1e-3, 0.5, 0.1)
                        .run(regularised(0, 0.05), 1e-3, 0.5, 0.02)
                        .run(lora(16), 1e-2, 0.46, 0.05);

        assertThat(planted.claim(Statement.STRONGER_THAN_DECAY).difference().value())
                .isCloseTo(0.05, within(1e-12));
        assertThat(planted.claim(Statement.STRONGER_THAN_DROPOUT).verdict())
                .isEqualTo(Verdict.CONTRADICTED);
        assertThat(planted.claim(Statement.LEARNS_LESS).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void alphaIsComparedAtEqualRank() {
        Claim claim =
                new Planted()
                        .run(lora(16, 32, "all"), 1e-2, 0.46, 0.1)
                        .run(lora(16, 16, "all"), 1e-2, 0.45, 0.1)
                        .run(lora(16, 8, "all"), 1e-2, 0.43, 0.1)
                        .claim(Statement.ALPHA);

        assertThat(claim.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(claim.difference().value()).isCloseTo(0.02, within(1e-12));
    }

    @Test
    void samplesAreComparedWhereTheyWereCounted() {
        Planted planted =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.1)
                        .run(lora(16), 1e-2, 0.46, 0.05)
                        .distinct(40, 20, 30);

        assertThat(planted.claim(Statement.DIVERSITY).verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(planted.claim(Statement.BASE_DIVERSITY).difference().value())
                .isCloseTo(9.98, within(1e-9));
    }

    @Test
    void atEqualLearningCurvesAreReadBetweenTheirLengths() {
        Claim claim =
                new Planted()
                        .run(full(), 1e-3, 0.3, 0.05)
                        .tokens(2000)
                        .run(longer(full(), "20 steps"), 1e-3, 0.5, 0.15)
                        .run(longer(lora(16), "20 steps"), 1e-2, 0.4, 0.02)
                        .claim(Statement.FORGETS_LESS_AT_EQUAL_LEARNING);

        assertThat(claim.difference().value()).isCloseTo(0.08, within(1e-3)); // 0.10 less 0.02
        assertThat(claim.verdict()).isEqualTo(Verdict.SUPPORTED);
    }

    @Test
    void theChangesRankIsComparedWithTheMiddleOfTheRanks() {
        Planted planted =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.1)
                        .run(lora(4), 1e-2, 0.46, 0.05)
                        .run(lora(16), 1e-2, 0.46, 0.05);
        List<Changed> changed =
                List.of(changed("job_000", 60, 80, 70), changed("job_001", 60, 82, 72));

        Claim claim = new SpectraClaim(planted.evidence(), changed, planted.next()).claim();

        assertThat(claim.verdict()).isEqualTo(Verdict.SUPPORTED);
        assertThat(claim.difference().value()).isCloseTo(71 / 4.0, within(1e-9));
        assertThat(claim.sentence()).contains("a rank of 71", "r=4", "mlp 80, up 70, q 60");
    }

    private static Changed changed(String job, int q, int mlp, int up) {
        return new Changed(job, "ckpt", 10, 64, Map.of("q", q, "mlp", mlp, "up", up));
    }

    @Test
    void theAnswerSaysHowManyIntervalsWereLookedAt() {
        Planted planted = new Planted().run(full(), 1e-3, 0.5, 0.1).run(lora(16), 1e-2, 0.46, 0.05);

        Claims claims =
                Claims.of("exp_1", Advisor.judged(planted.evidence(), List.of(), planted.next()));

        assertThat(claims.claims()).hasSize(Statement.values().length);
        assertThat(claims.comparisons().intervals()).isEqualTo(3);
        assertThat(claims.comparisons().words())
                .startsWith("3 intervals of 95 % are looked at, of which 0.15 miss");
    }

    private static double sq(double x) {
        return x * x;
    }
}
