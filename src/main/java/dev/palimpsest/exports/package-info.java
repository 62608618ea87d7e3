/** Checkpoints made into what other tools take: merged models and GGUF files, in the background. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "decomposition",
            "background",
            "columns",
            "trainer",
            "home",
            "artifacts",
            "projects",
            "catalog",
            "jobs",
            "worker",
            "web"
        })
@NullMarked
package dev.palimpsest.exports;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
