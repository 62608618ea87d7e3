/**
 * Each queued job, and what else takes a device, to one live worker: db-scheduler's queue, its
 * claims and its heartbeats.
 *
 * <p>A worker is given what it can hold (device class, labels, memory), by priority, then project,
 * then age. Between projects it is the seconds for which each had devices that count, divided by
 * its weight: not its jobs, as one may take a minute and another a day, and devices are what is
 * scarce. Those of what runs count from its beginning, a turn as ten seconds at least, and each day
 * that passes halves what was, so that nobody saves up by being idle. The order is one function in
 * the database (claim_entries, migration V55), which looks at the head of each line of entries that
 * ask for the same, however many wait behind it. Within a turn a worker prefers what reads the
 * models and datasets that lie with it, by minutes at most, so that nobody waits for a file.
 *
 * <p>A worker of several slots is given what fits the room that is left, by the memory that was
 * planned; what has no plan, and what is no job, has the device for itself. What has to wait for
 * room is overtaken by its equals for a minute only.
 *
 * <p>All idle workers hear of each entry. Where they are many, chance has some thirty of them look
 * at once, and all together look a few hundred times a second, as each look costs the database the
 * same whether it finds something or not.
 */
@ApplicationModule(
        allowedDependencies = {"background", "events", "home", "jobs", "telemetry", "worker"})
@NullMarked
package dev.palimpsest.dispatch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
