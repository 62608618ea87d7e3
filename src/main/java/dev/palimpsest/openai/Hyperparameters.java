package dev.palimpsest.openai;

import dev.palimpsest.spec.Faults;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is asked of the recipe: each a number, or "auto" for what the service thinks right. */
record Hyperparameters(
        @Nullable JsonNode nEpochs,
        @Nullable JsonNode batchSize,
        @Nullable JsonNode learningRateMultiplier) {
    static final Hyperparameters AUTO = new Hyperparameters(null, null, null);

    private static final int MOST_EPOCHS = 50;
    private static final int LARGEST_BATCH = 256;
    private static final double LARGEST_MULTIPLIER = 10_000;

    Hyperparameters {
        Faults faults = new Faults();
        whole(nEpochs, MOST_EPOCHS, "/n_epochs", faults);
        whole(batchSize, LARGEST_BATCH, "/batch_size", faults);
        double factor = said(learningRateMultiplier).map(Hyperparameters::number).orElse(1.0);
        faults.require(
                factor > 0 && factor <= LARGEST_MULTIPLIER,
                "/learning_rate_multiplier",
                "must be \"auto\" or a number above 0 and at most " + LARGEST_MULTIPLIER);
        faults.raise();
    }

    private static void whole(@Nullable JsonNode json, int most, String pointer, Faults faults) {
        double number = said(json).map(Hyperparameters::number).orElse(1.0);
        faults.require(
                number >= 1 && number <= most && number == Math.rint(number),
                pointer,
                "must be \"auto\" or a whole number between 1 and " + most);
    }

    OptionalInt epochs() {
        return whole(nEpochs);
    }

    OptionalInt rows() {
        return whole(batchSize);
    }

    OptionalDouble multiplier() {
        return said(learningRateMultiplier).stream()
                .mapToDouble(Hyperparameters::number)
                .findFirst();
    }

    private static OptionalInt whole(@Nullable JsonNode json) {
        return said(json).stream().mapToInt(its -> (int) number(its)).findFirst();
    }

    /** Nothing where it is left out or "auto". */
    private static Optional<JsonNode> said(@Nullable JsonNode json) {
        return Optional.ofNullable(json).filter(its -> !its.asString("").equals("auto"));
    }

    private static double number(JsonNode json) {
        return json.isNumber() ? json.asDouble() : Double.NaN;
    }
}
