/** What it means: the trade-off between what was learned and what was forgotten. */
@ApplicationModule(
        allowedDependencies = {"spec", "evaluation", "catalog", "jobs", "metrics", "web"})
@NullMarked
package dev.palimpsest.analysis;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
