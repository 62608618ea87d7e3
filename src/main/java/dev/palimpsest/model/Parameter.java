package dev.palimpsest.model;

import dev.palimpsest.torch.Tensor;

/** A trained tensor and the gradient that backward passes add to. */
public record Parameter(String name, Tensor value, Tensor gradient) {}
