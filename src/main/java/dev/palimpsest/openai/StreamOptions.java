package dev.palimpsest.openai;

import dev.palimpsest.spec.Default;

/**
 * How a stream ends.
 *
 * @param includeUsage whether its last chunk counts tokens
 */
record StreamOptions(@Default("false") boolean includeUsage) {}
