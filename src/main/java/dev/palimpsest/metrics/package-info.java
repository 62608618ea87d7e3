/**
 * What was measured, kept and served: metric points, evaluations with their items, log lines.
 *
 * <p>A job's key is stored once, as a series with its newest point, which lists and filters read.
 * Points that come after all that their series has, as nearly all do, are filed by one statement
 * for all clients that tell at that moment, those of one block of steps in one row; whatever else
 * comes is filed point by point. Each block keeps its extremes, by which long series are thinned.
 */
@ApplicationModule(
        allowedDependencies = {"spec", "data", "evaluation", "catalog", "projects", "jobs", "web"})
@NullMarked
package dev.palimpsest.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
