/** All of an experiment on one page, as HTML or as Markdown. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "evaluation",
            "catalog",
            "jobs",
            "sweeps",
            "metrics",
            "analysis",
            "advice",
            "spectra",
            "figures",
            "web"
        })
@NullMarked
package dev.palimpsest.report;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
