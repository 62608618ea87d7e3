/**
 * The transformer: architecture, weights, the forward and backward passes, adapters and generation.
 */
@ApplicationModule(allowedDependencies = {"spec", "torch"})
@NullMarked
package dev.palimpsest.model;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
