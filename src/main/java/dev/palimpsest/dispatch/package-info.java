/** Each queued job to one live worker: db-scheduler's queue, its claims and its heartbeats. */
@ApplicationModule(allowedDependencies = {"home", "jobs", "worker"})
@NullMarked
package dev.palimpsest.dispatch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
