/**
 * The process of one attempt, export, scoring or comparison, or of completions: a run file goes in,
 * JSON lines come out; no Spring, no database, and the only processes that load libtorch.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "data",
            "torch",
            "model",
            "decomposition",
            "gguf",
            "evaluation",
            "training"
        })
@NullMarked
package dev.palimpsest.trainer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
