/**
 * What an experiment's numbers advise: method, rank, alpha, targets, rate and length, and a verdict
 * for each claim of the paper.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "evaluation",
            "catalog",
            "jobs",
            "metrics",
            "analysis",
            "spectra",
            "web"
        })
@NullMarked
package dev.palimpsest.advice;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
