/** How this program starts itself once more, as a process with another role. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.launch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
