/** A whole experiment as one file: written while it is sent, and taken in again elsewhere. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "data",
            "evaluation",
            "home",
            "artifacts",
            "catalog",
            "jobs",
            "metrics",
            "analysis",
            "studies",
            "web"
        })
@NullMarked
package dev.palimpsest.archive;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
