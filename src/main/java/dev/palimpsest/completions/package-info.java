/**
 * What models say: texts that a worker writes, in turn with jobs, for somebody who waits. Its
 * process stays a while with its model, until something else needs the device.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "data",
            "model",
            "background",
            "trainer",
            "home",
            "artifacts",
            "projects",
            "catalog",
            "jobs",
            "events",
            "worker",
            "web"
        })
@NullMarked
package dev.palimpsest.completions;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
