/** A template and a grid of values become many jobs, which are followed and moved together. */
@ApplicationModule(allowedDependencies = {"spec", "columns", "model", "jobs", "metrics", "web"})
@NullMarked
package dev.palimpsest.sweeps;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
