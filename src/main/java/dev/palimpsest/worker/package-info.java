/**
 * Owns a device: starts, watches and ends trainers, files their events, and starts exports,
 * scorings, comparisons and completions. Jobs run several at a time where it has slots for them,
 * each with a trainer of its own.
 *
 * <p>A full disk is the worker's affair and not the job's: the attempt ends, the worker says in its
 * heartbeat that it is full before it lets the job go, and is given nothing until there is room.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "background",
            "data",
            "evaluation",
            "torch",
            "training",
            "trainer",
            "launch",
            "home",
            "artifacts",
            "catalog",
            "jobs",
            "metrics",
            "telemetry",
            "web"
        })
@NullMarked
package dev.palimpsest.worker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
