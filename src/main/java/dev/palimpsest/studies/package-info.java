/**
 * The paper's whole study from one request: which rate suits each method and rank, then all of them
 * at those rates over a ladder of lengths, then the spectra of what came out (paper, sections 3 and
 * 4). Where a study stands is a row of the database, and every move of it is one transaction.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "columns",
            "home",
            "background",
            "jobs",
            "sweeps",
            "spectra",
            "analysis",
            "web"
        })
@NullMarked
package dev.palimpsest.studies;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
