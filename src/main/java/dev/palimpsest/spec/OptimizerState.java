package dev.palimpsest.spec;

/** In which numbers an optimizer keeps its moments. */
public enum OptimizerState {
    /** Those of the weights that are trained. */
    AS_WEIGHTS,
    /** Half the memory beside fp32 weights; computed in fp32 and rounded. */
    BF16
}
