/** Jobs that are trained elsewhere: what their owners say of them, taken in by HTTP. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "home",
            "artifacts",
            "model",
            "evaluation",
            "catalog",
            "jobs",
            "metrics",
            "web"
        })
@NullMarked
package dev.palimpsest.external;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
