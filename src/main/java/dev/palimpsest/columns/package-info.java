/** How values lie in the database: words in lower case, records as JSON. */
@ApplicationModule(allowedDependencies = "spec")
@NullMarked
package dev.palimpsest.columns;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
