/**
 * The transformer: architecture, weights, the forward and backward passes, adapters and generation.
 */
@NullMarked
package dev.palimpsest.model;

import org.jspecify.annotations.NullMarked;
