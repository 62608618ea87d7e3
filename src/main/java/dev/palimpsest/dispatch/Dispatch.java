package dev.palimpsest.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerStarter;
import dev.palimpsest.events.Changes;
import dev.palimpsest.home.Settings;
import dev.palimpsest.worker.Loop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Begins to take jobs once the service is ready, and takes none once it closes. */
@Component
class Dispatch implements DbSchedulerStarter, Changes.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final Scheduler scheduler;
    private final Loop loop;
    private final OwnEntries ownEntries;
    private final Changes changes;
    private final Crowd crowd;
    private final Settings settings;

    Dispatch(
            Scheduler scheduler,
            Loop loop,
            OwnEntries ownEntries,
            Changes changes,
            Crowd crowd,
            Settings settings) {
        this.scheduler = scheduler;
        this.loop = loop;
        this.ownEntries = ownEntries;
        this.changes = changes;
        this.crowd = crowd;
        this.settings = settings;
    }

    @Override
    @EventListener(ApplicationReadyEvent.class)
    public void doStart() {
        if (!settings.role().runsJobs()) return;
        String worker = loop.start();
        int freed = ownEntries.free(worker);
        if (freed > 0) LOG.info("{} goes on with {} jobs from before its restart", worker, freed);
        scheduler.start();
        changes.watch(Changes.WORK, this);
    }

    /** What another process put into the queue is taken at once instead of at the next look. */
    @Override
    public void wake() {
        if (crowd.isCalled()) scheduler.triggerCheckForDueExecutions();
    }

    /** The next look comes all the same. */
    @Override
    public void end() {}

    @EventListener(ContextClosedEvent.class)
    void stopTaking() {
        scheduler.pause();
    }
}
