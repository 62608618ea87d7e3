/**
 * Copies of all that the service keeps, its database and its files as they belong together, made
 * while it runs; and putting one back where nothing is.
 */
@ApplicationModule(allowedDependencies = {"spec", "home", "artifacts"})
@NullMarked
package dev.palimpsest.backup;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
