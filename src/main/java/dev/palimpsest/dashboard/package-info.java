/** The pages: static files that ask the API, and what a browser is told about them. */
@ApplicationModule(allowedDependencies = "web")
@NullMarked
package dev.palimpsest.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
