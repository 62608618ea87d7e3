/** Owns a device: starts, watches and ends trainers, and files their events. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "data",
            "evaluation",
            "training",
            "trainer",
            "home",
            "catalog",
            "jobs",
            "metrics",
            "web"
        })
@NullMarked
package dev.palimpsest.worker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
