/** What was measured, kept and served: metric points, evaluations with their items, log lines. */
@ApplicationModule(allowedDependencies = {"spec", "data", "evaluation", "catalog", "jobs", "web"})
@NullMarked
package dev.palimpsest.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
