/**
 * What is asked: the job spec and its parts, records that cannot exist wrong, and how JSON becomes
 * them.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.spec;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
