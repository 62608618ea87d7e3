package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import org.jspecify.annotations.Nullable;

/** How the weights change: all of them, or a low-rank update of some. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Method {
    /** Every weight is trained. */
    @JsonTypeName("full")
    record Full() implements Method {}

    /**
     * W + scale * B A on the target modules (paper, section 2; scale as in PEFT).
     *
     * @param learningRateRatio how much faster B learns than A, with {@code lora_plus} only
     * @param adapter what to start from instead of a fresh adapter
     */
    @JsonTypeName("lora")
    record Lora(
            int rank,
            double alpha,
            @Default("0.0") double dropout,
            @Default("\"all\"") TargetModules targetModules,
            @Default("\"standard\"") Variant variant,
            @Nullable Double learningRateRatio,
            @Nullable AdapterSource adapter)
            implements Method {
        private static final double USUAL_RATIO = 16;

        public Lora {
            new Faults()
                    .require(
                            learningRateRatio == null || variant == Variant.LORA_PLUS,
                            "/learning_rate_ratio",
                            "belongs to the variant lora_plus alone")
                    .require(
                            learningRateRatio == null
                                    || (learningRateRatio > 0 && learningRateRatio <= 1e6),
                            "/learning_rate_ratio",
                            "must be above 0 and at most 1000000, got " + learningRateRatio)
                    .require(
                            adapter == null || variant != Variant.PISSA,
                            "/adapter",
                            "cannot start a pissa run, which makes its own from the weights")
                    .between(rank, 1, 65536, "/rank")
                    .require(alpha > 0 && alpha < 1e9, "/alpha", "must be above 0, got " + alpha)
                    .require(
                            dropout >= 0 && dropout < 1,
                            "/dropout",
                            "must be at least 0 and below 1, got " + dropout)
                    .raise();
        }

        /** A fresh adapter without a ratio or a start. */
        public static Lora of(
                int rank, double alpha, double dropout, TargetModules modules, Variant variant) {
            return new Lora(rank, alpha, dropout, modules, variant, null, null);
        }

        /** What B A is multiplied by. */
        public double scale() {
            return variant == Variant.RSLORA ? alpha / Math.sqrt(rank) : alpha / rank;
        }

        /** Whether each output has a trained magnitude beside the direction (DoRA). */
        public boolean hasMagnitudes() {
            return variant == Variant.DORA;
        }

        /** B's learning rate as a multiple of the recipe's. */
        public double ratio() {
            if (variant != Variant.LORA_PLUS) return 1;
            return learningRateRatio == null ? USUAL_RATIO : learningRateRatio;
        }
    }

    /** The {@code type} that says it. */
    default String word() {
        return switch (this) {
            case Full _ -> "full";
            case Lora _ -> "lora";
        };
    }

    /** What is different from plain LoRA. */
    enum Variant {
        /** A uniform, B zero, scale alpha / rank. */
        STANDARD,
        /** Scale alpha / sqrt(rank) (Kalajdzievski 2023). */
        RSLORA,
        /** Magnitude and direction trained apart (Liu et al. 2024). */
        DORA,
        /** A and B from the largest singular values, W less their product (Meng et al. 2024). */
        PISSA,
        /** B learns faster than A (Hayou et al. 2024). */
        LORA_PLUS
    }
}
