/** Base models and checkpoints scored on tasks without training, in turn with jobs. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "decomposition",
            "evaluation",
            "background",
            "columns",
            "trainer",
            "home",
            "artifacts",
            "projects",
            "catalog",
            "jobs",
            "metrics",
            "worker",
            "web"
        })
@NullMarked
package dev.palimpsest.scoring;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
