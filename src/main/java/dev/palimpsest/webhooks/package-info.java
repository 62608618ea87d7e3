/**
 * Tells other services what happened here: each event is written down with what made it happen, and
 * posted to whoever asked for it until that is answered or hopeless.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "home",
            "egress",
            "background",
            "jobs",
            "sweeps",
            "studies",
            "openai",
            "web"
        })
@NullMarked
package dev.palimpsest.webhooks;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
