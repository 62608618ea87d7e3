/** The loop: steps, the optimizer, checkpoints. */
@ApplicationModule(allowedDependencies = {"spec", "data", "torch", "model"})
@NullMarked
package dev.palimpsest.training;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
