package dev.palimpsest.jinja;

import java.util.List;

/** Python's tuple, kept apart from a list because the two are never equal. */
record Tuple(List<Object> items) {}
