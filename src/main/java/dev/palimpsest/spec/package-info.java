/**
 * What is asked: the job spec and its parts, records that cannot exist wrong, and how JSON becomes
 * them.
 */
@NullMarked
package dev.palimpsest.spec;

import org.jspecify.annotations.NullMarked;
