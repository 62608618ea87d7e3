/** Palimpsest runs finetuning experiments and shows what each run learned and what it forgot. */
@NullMarked
package dev.palimpsest;

import org.jspecify.annotations.NullMarked;
