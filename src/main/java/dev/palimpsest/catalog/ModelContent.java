package dev.palimpsest.catalog;

import dev.palimpsest.model.Architecture;

/** What a checked model directory holds. */
record ModelContent(Architecture architecture, long parameters, long bytes, String sha256) {}
