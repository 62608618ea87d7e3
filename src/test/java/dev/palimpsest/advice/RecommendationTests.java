package dev.palimpsest.advice;

import static dev.palimpsest.advice.Planted.full;
import static dev.palimpsest.advice.Planted.longer;
import static dev.palimpsest.advice.Planted.lora;
import static dev.palimpsest.advice.Planted.regularised;
import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.advice.PaperRule.Agreement;
import org.junit.jupiter.api.Test;

/** Sentences made from runs whose answer is known. */
class RecommendationTests {
    @Test
    void whereLoraLearnsAsMuchWithinNoiseItIsAdvised() {
        Advice method =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.1)
                        .noisy(lora(16), 1e-2, 0.49, 0.02)
                        .advice("method");

        assertThat(method.value().asString()).isEqualTo("lora");
        assertThat(method.sentence())
                .startsWith(
                        "LoRA, at the best rate of each and LoRA's best rank: full finetuning learned 0.010 ±")
                .contains(
                        "more (paired by seed over 3 seeds, which is within noise) and forgot 0.090 ±");
        assertThat(method.paper().rules()).containsExactly(1);
        assertThat(method.paper().agreement()).isEqualTo(Agreement.AGREES);
        assertThat(method.support()).hasSize(2);
        assertThat(method.support().getFirst().jobs()).hasSize(3);
        assertThat(method.notCovered()).isEmpty();
    }

    @Test
    void whereFullFinetuningLearnsMoreAndForgetsNoMoreItIsAdvised() {
        Advice method =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.05)
                        .run(lora(16), 1e-2, 0.4, 0.05)
                        .advice("method");

        assertThat(method.value().asString()).isEqualTo("full");
        assertThat(method.paper().agreement()).isEqualTo(Agreement.DISAGREES);
    }

    @Test
    void whereItLearnsAndForgetsMoreWhatIsForgottenAtEqualLearningDecides() {
        Planted planted = new Planted().run(full(), 1e-3, 0.5, 0.3).run(lora(16), 1e-2, 0.4, 0.05);

        assertThat(planted.advice("method").value().asString()).isEqualTo("lora");
        assertThat(planted.advice("method").sentence())
                .contains("at equal learning it has forgotten 0.17");
        assertThat(planted.recommendation().equalLearning()).hasSize(1);
    }

    @Test
    void withOneMethodAndOneSeedTheDataDoesNotSay() {
        Advice method = new Planted().seeds(1).run(lora(16), 1e-2, 0.4, 0.05).advice("method");

        assertThat(method.sentence())
                .isEqualTo(
                        "The data does not say which method is better: LoRA is all that was run.");
        assertThat(method.notCovered())
                .containsExactly("no full finetuning was run", "one seed only");
        assertThat(method.paper().agreement()).isEqualTo(Agreement.NOT_TOLD);
        assertThat(method.next()).hasSize(2);
    }

    @Test
    void theLowestRankWithinNoiseOfTheBestIsAdvised() {
        Planted planted =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.1)
                        .run(lora(4), 1e-2, 0.4, 0.02)
                        .noisy(lora(16), 1e-2, 0.49, 0.03)
                        .run(lora(64), 1e-2, 0.495, 0.08);

        Advice rank = planted.advice("rank");

        assertThat(rank.value().asInt()).isEqualTo(16);
        assertThat(rank.sentence())
                .startsWith(
                        "r = 16 is the lowest rank within noise of the one that learned most, r = 64.")
                .contains("LoRA r=4, alpha=8, all, 10 steps learned 0.095 ± 0.0000 less")
                .contains("The cheapest rank within noise of full finetuning is 16");
        assertThat(rank.paper().agreement()).isEqualTo(Agreement.NOT_TOLD);
        assertThat(rank.notCovered())
                .containsExactly(
                        "the rank that learned most, 64, is the highest of the grid",
                        "r = 256, the paper's advice, was not run");
        assertThat(rank.next().getFirst().body().at("/grid/method/0/rank").asInt()).isEqualTo(256);
        assertThat(rank.next().getFirst().body().at("/grid/method/0/alpha").asDouble())
                .isEqualTo(512);
    }

    @Test
    void aRateAtTheEdgeOfTheGridSaysSo() {
        Planted planted =
                new Planted()
                        .run(lora(16), 1e-3, 0.2, 0.1)
                        .run(lora(16), 3e-3, 0.44, 0.1)
                        .run(lora(16), 1e-2, 0.46, 0.1);

        Advice rate = planted.advice("rate");

        assertThat(rate.value().asDouble()).isEqualTo(1e-2);
        assertThat(rate.sentence())
                .isEqualTo(
                        "0.01 learned most for LoRA r=16, alpha=32, all, 10 steps (0.460); within 90 % of it is 0.003;"
                                + " the highest rate up to which nothing diverged is 0.01.");
        assertThat(rate.notCovered())
                .containsExactly(
                        "the best rate lies at the edge of the grid, so a better one may be higher");
        assertThat(rate.paper().agreement()).isEqualTo(Agreement.AGREES);
        assertThat(rate.next().getFirst().body().at("/grid/training.learning_rate").toString())
                .isEqualTo("[0.03,0.1]");
    }

    @Test
    void aRateThatOneSeedTriedDoesNotWinOverOneOfThreeSeeds() {
        Planted planted =
                new Planted()
                        .seeds(1)
                        .run(lora(16), 1e-3, 0.2, 0.1)
                        .run(lora(16), 1e-2, 0.48, 0.1)
                        .seeds(3)
                        .run(lora(16), 3e-3, 0.46, 0.1);

        assertThat(planted.advice("rate").value().asDouble()).isEqualTo(3e-3);
    }

    @Test
    void aRateThatWasChosenAtOneLengthIsToldForTheOthers() {
        Planted planted =
                new Planted()
                        .run(lora(16), 1e-3, 0.2, 0.1)
                        .run(lora(16), 3e-3, 0.44, 0.1)
                        .run(lora(16), 1e-2, 0.3, 0.1)
                        .tokens(2000)
                        .run(longer(lora(16), "20 steps"), 3e-3, 0.6, 0.2);

        Advice rate = planted.advice("rate");

        assertThat(rate.value().asDouble()).isEqualTo(3e-3);
        assertThat(rate.sentence())
                .startsWith("0.003 learned most for LoRA r=16, alpha=32, all, 10 steps (0.440)")
                .endsWith(
                        "Only 0.003 was run for LoRA r=16, alpha=32, all, 20 steps, which is advised.");
        assertThat(rate.support()).hasSize(3);
        assertThat(rate.notCovered()).isEmpty();
        assertThat(rate.paper().agreement()).isEqualTo(Agreement.DISAGREES);
    }

    @Test
    void targetsThatWereComparedAtAnotherRankAreTold() {
        Planted planted =
                new Planted()
                        .run(lora(4), 1e-2, 0.5, 0.1)
                        .run(lora(16), 1e-2, 0.5, 0.1)
                        .run(lora(16, 32, "attention"), 1e-2, 0.3, 0.1)
                        .run(lora(64, 128, "mlp"), 1e-2, 0.3, 0.1);

        Advice targets = planted.advice("targets");

        assertThat(planted.recommendation().chosen()).isNotNull();
        assertThat(planted.advice("rank").value().asInt()).isEqualTo(4);
        assertThat(targets.value().asString()).isEqualTo("all");
        assertThat(targets.sentence())
                .isEqualTo(
                        "Targets all learned most at r = 16, 10 steps. Beside it: LoRA r=16, alpha=32, attention, 10 steps learned 0.200 ± 0.0000 less.");
        assertThat(targets.notCovered())
                .containsExactly(
                        "targets mlp at r = 4, 10 steps", "targets attention at r = 4, 10 steps");
    }

    @Test
    void theShortestLengthWithinNoiseIsAdvisedAndPeaksAreTold() {
        Planted planted =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.3)
                        .run(lora(16), 1e-2, 0.3, 0.01)
                        .tokens(2000)
                        .run(longer(full(), "20 steps"), 1e-3, 0.45, 0.4)
                        .run(longer(lora(16), "20 steps"), 1e-2, 0.4, 0.02)
                        .tokens(4000)
                        .noisy(longer(lora(16), "40 steps"), 1e-2, 0.401, 0.02);

        Advice length = planted.advice("length");

        assertThat(length.sentence())
                .startsWith(
                        "20 steps is the shortest within noise of 40 steps, which learned most.")
                .contains("LoRA r=16, alpha=32, all, 10 steps learned 0.100 ± 0.0000 less");
        assertThat(length.paper().agreement()).isEqualTo(Agreement.AGREES);
        assertThat(planted.recommendation().peaks())
                .extracting(Recommendation.Peak::length)
                .containsExactly("10 steps", "40 steps");
    }

    @Test
    void whereEachMethodLearnedMostInItsLongestRunsThatIsNoPeak() {
        Advice length =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.3)
                        .run(lora(16), 1e-2, 0.3, 0.01)
                        .tokens(2000)
                        .run(longer(full(), "20 steps"), 1e-3, 0.6, 0.4)
                        .run(longer(lora(16), "20 steps"), 1e-2, 0.4, 0.02)
                        .advice("length");

        assertThat(length.paper().agreement()).isEqualTo(Agreement.NOT_TOLD);
        assertThat(length.paper().words())
                .contains(
                        "full finetuning learned most at 2000 tokens, LoRA at 2000, each the longest of its runs");
    }

    @Test
    void weightDecayIsAdvisedOnlyWhereItSurelyLearnedMore() {
        Planted within =
                new Planted()
                        .run(full(), 1e-3, 0.5, 0.1)
                        .noisy(regularised(0.1, 0), 1e-3, 0.505, 0.02);
        Planted better =
                new Planted().run(full(), 1e-3, 0.5, 0.1).run(regularised(0.1, 0), 1e-3, 0.55, 0.1);

        assertThat(within.advice("rate").sentence()).contains("for full finetuning, 10 steps");
        assertThat(better.advice("rate").sentence())
                .contains("for full finetuning, weight decay 0.1, 10 steps");
    }

    @Test
    void conditionsStandInTheOrderOfTheirLengths() {
        Planted planted =
                new Planted()
                        .tokens(16_000)
                        .run(longer(full(), "160 steps"), 1e-3, 0.5, 0.1)
                        .tokens(4000)
                        .run(longer(full(), "40 steps"), 1e-3, 0.3, 0.1);

        assertThat(Findings.rates(planted.evidence()))
                .extracting(Findings.Rates::condition)
                .containsExactly("full finetuning, 40 steps", "full finetuning, 160 steps");
    }

    @Test
    void beforeAnythingEndedThereIsNothingToAdvise() {
        Recommendation none = new Planted().recommendation();

        assertThat(none.parts()).isEmpty();
        assertThat(none.words()).startsWith("No run of this experiment has ended");
    }
}
