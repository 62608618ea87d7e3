/** What it means: what was learned against what was forgotten, and by which rate. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "evaluation",
            "catalog",
            "jobs",
            "metrics",
            "figures",
            "web"
        })
@NullMarked
package dev.palimpsest.analysis;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
