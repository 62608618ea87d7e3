/** Lists for people who look: what else would take a request a row. */
@ApplicationModule(allowedDependencies = {"jobs", "metrics", "analysis", "spec", "web"})
@NullMarked
package dev.palimpsest.overview;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
