/** A job's life and its HTTP door: experiments, jobs, their attempts and checkpoints. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "background",
            "filter",
            "columns",
            "model",
            "catalog",
            "home",
            "artifacts",
            "projects",
            "web"
        })
@NullMarked
package dev.palimpsest.jobs;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
