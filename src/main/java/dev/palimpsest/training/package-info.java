/** The loop: steps, the optimizer, checkpoints. */
@NullMarked
package dev.palimpsest.training;

import org.jspecify.annotations.NullMarked;
