/** Spectra of checkpoints: asked for by HTTP, computed in turn with jobs, kept and served. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "model",
            "decomposition",
            "background",
            "columns",
            "trainer",
            "home",
            "artifacts",
            "catalog",
            "jobs",
            "worker",
            "figures",
            "web"
        })
@NullMarked
package dev.palimpsest.spectra;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
