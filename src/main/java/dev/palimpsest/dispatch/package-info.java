/**
 * Each queued job, and what else takes a device, to one live worker: db-scheduler's queue, its
 * claims and its heartbeats.
 */
@ApplicationModule(allowedDependencies = {"background", "home", "jobs", "telemetry", "worker"})
@NullMarked
package dev.palimpsest.dispatch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
