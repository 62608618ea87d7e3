/** Work that no request waits for: queued in the database, claimed by one process at a time. */
@ApplicationModule(allowedDependencies = "home")
@NullMarked
package dev.palimpsest.background;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
