package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;

/** The update rule. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Optimizer {
    double weightDecay();

    /** Whether norms and biases decay like all else. */
    boolean decayNormsAndBiases();

    /**
     * Adam with decay decoupled from the gradient: p *= 1 - rate * weight_decay
     * (torch.optim.AdamW).
     */
    @JsonTypeName("adamw")
    record AdamW(
            @Default("[0.9, 0.999]") List<Double> betas,
            @Default("1e-8") double eps,
            @Default("0.0") double weightDecay,
            @Default("true") boolean decayNormsAndBiases)
            implements Optimizer {
        public AdamW {
            betas = List.copyOf(betas);
            new Faults()
                    .require(betas.size() == 2, "/betas", "must be two numbers")
                    .require(
                            betas.stream().allMatch(b -> b >= 0 && b < 1),
                            "/betas",
                            "must each be at least 0 and below 1, got " + betas)
                    .require(eps > 0 && eps < 1, "/eps", "must be above 0 and below 1, got " + eps)
                    .between(weightDecay, 0.0, 1000.0, "/weight_decay")
                    .raise();
        }
    }

    /**
     * Lion with fully decoupled decay: p *= 1 - weight_decay * rate / peak rate, then p -= rate *
     * sign(b1 * m + (1 - b1) * g) (paper, appendix A; llm-foundry's DecoupledLionW).
     */
    @JsonTypeName("lionw")
    record LionW(
            @Default("[0.9, 0.95]") List<Double> betas,
            @Default("0.0") double weightDecay,
            @Default("true") boolean decayNormsAndBiases)
            implements Optimizer {
        public LionW {
            betas = List.copyOf(betas);
            new Faults()
                    .require(betas.size() == 2, "/betas", "must be two numbers")
                    .require(
                            betas.stream().allMatch(b -> b >= 0 && b < 1),
                            "/betas",
                            "must each be at least 0 and below 1, got " + betas)
                    .between(weightDecay, 0.0, 1.0, "/weight_decay")
                    .raise();
        }
    }
}
