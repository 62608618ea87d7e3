package dev.palimpsest.spec;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The seven linear projections of a decoder block, in the order of the forward pass. */
public enum Projection {
    Q("self_attn.q_proj"),
    K("self_attn.k_proj"),
    V("self_attn.v_proj"),
    O("self_attn.o_proj"),
    GATE("mlp.gate_proj"),
    UP("mlp.up_proj"),
    DOWN("mlp.down_proj");

    public static final Set<Projection> ATTENTION = Set.copyOf(EnumSet.range(Q, O));
    public static final Set<Projection> MLP = Set.copyOf(EnumSet.range(GATE, DOWN));
    public static final Set<Projection> ALL = Set.copyOf(EnumSet.allOf(Projection.class));

    private final String path;

    Projection(String path) {
        this.path = path;
    }

    /** Where it lies inside a block, as Hugging Face checkpoints name it: {@code mlp.up_proj}. */
    public String path() {
        return path;
    }

    /** The module's own name, as PEFT's {@code target_modules} has it: {@code up_proj}. */
    public String module() {
        return name().toLowerCase(Locale.ROOT) + "_proj";
    }

    public static Optional<Projection> of(String module) {
        return Arrays.stream(values()).filter(p -> p.module().equals(module)).findFirst();
    }
}
