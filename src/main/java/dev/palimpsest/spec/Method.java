package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** How the weights change: all of them, or a low-rank update of some. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Method {
    /** Every weight is trained. */
    @JsonTypeName("full")
    record Full() implements Method {}

    /** W + alpha/rank * B A on the target modules (paper, section 2; scale as in PEFT). */
    @JsonTypeName("lora")
    record Lora(
            int rank,
            double alpha,
            @Default("0.0") double dropout,
            @Default("\"all\"") TargetModules targetModules)
            implements Method {
        public Lora {
            new Faults()
                    .between(rank, 1, 65536, "/rank")
                    .require(alpha > 0 && alpha < 1e9, "/alpha", "must be above 0, got " + alpha)
                    .require(
                            dropout >= 0 && dropout < 1,
                            "/dropout",
                            "must be at least 0 and below 1, got " + dropout)
                    .raise();
        }

        public double scale() {
            return alpha / rank;
        }
    }
}
