/**
 * Work that no request waits for: queued in the database, claimed by one process at a time. What
 * has a row of its own is a {@link dev.palimpsest.background.Piece}.
 */
@ApplicationModule(allowedDependencies = {"columns", "home", "artifacts"})
@NullMarked
package dev.palimpsest.background;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
