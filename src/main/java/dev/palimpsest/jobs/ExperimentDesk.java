package dev.palimpsest.jobs;

import dev.palimpsest.home.Home;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;

/** Plans, edits and deletes experiments, each in one transaction. */
@Component
public class ExperimentDesk {
    private final Experiments experiments;
    private final DeletedExperiments deleted;
    private final Jobs jobs;
    private final References references;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transactions;
    private final Home home;
    private final Ids ids;
    private final Clock clock;

    ExperimentDesk(
            Experiments experiments,
            DeletedExperiments deleted,
            Jobs jobs,
            References references,
            ApplicationEventPublisher events,
            TransactionTemplate transactions,
            Home home,
            Ids ids,
            Clock clock) {
        this.experiments = experiments;
        this.deleted = deleted;
        this.jobs = jobs;
        this.references = references;
        this.events = events;
        this.transactions = transactions;
        this.home = home;
        this.ids = ids;
        this.clock = clock;
    }

    @Transactional
    public Experiment plan(ExperimentRequest request) {
        references.check(request);
        return experiments.save(Experiment.planned(ids.next("exp"), request, clock.instant()));
    }

    @Transactional
    public Experiment edit(String id, ExperimentEdit edit, @Nullable String ifMatch) {
        Experiment experiment =
                experiments.findAndLock(id).orElseThrow(() -> ExperimentController.missing(id));
        ExperimentController.tag(experiment).require(ifMatch, "experiment " + id);
        experiment.describe(edit, clock.instant());
        return experiments.saveAndFlush(experiment);
    }

    /** Hides it, with all it has, until it is restored or purged. */
    public void delete(String id, @Nullable String ifMatch) {
        experiments.requireThere(id);
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            transactions.executeWithoutResult(_ -> hide(id, ifMatch));
        }
    }

    private void hide(String id, @Nullable String ifMatch) {
        Experiment experiment =
                experiments.findAndLock(id).orElseThrow(() -> ExperimentController.missing(id));
        ExperimentController.tag(experiment).require(ifMatch, "experiment " + id);
        List<Job> its = jobs.findByExperimentOrderById(id);
        long unfinished = its.stream().filter(job -> !job.status().terminal()).count();
        if (unfinished > 0)
            throw new Conflict(
                    "experiment %s has %d jobs that have not ended; cancel them first"
                            .formatted(id, unfinished));
        if (!deleted.mark(id, clock.instant())) throw ExperimentController.missing(id);
    }

    /** Undoes a deletion within its time. */
    Experiment restore(String id) {
        String project = CurrentProject.own();
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            if (!deleted.unmark(id, project))
                throw new NotFound(
                        "there is no deleted experiment %s; what was deleted longer ago than palimpsest.retention.deleted is gone"
                                .formatted(id));
        }
        return experiments.named(id);
    }

    /** Rows first, folders after they are gone for certain. */
    void purge(String id) {
        List<String> purged = transactions.execute(_ -> deleteRows(id));
        for (String job : purged) deleteFolder(job);
    }

    /** Nothing of one that was restored meanwhile. */
    private List<String> deleteRows(String id) {
        Experiment experiment = experiments.findAndLock(id).orElse(null);
        if (experiment == null || !deleted.isMarked(id)) return List.of();
        List<String> ids = jobs.findByExperimentOrderById(id).stream().map(Job::id).toList();
        jobs.deleteByExperiment(id);
        experiments.delete(experiment);
        events.publishEvent(new ExperimentDeleted(id, ids));
        return ids;
    }

    private void deleteFolder(String job) {
        try {
            FileSystemUtils.deleteRecursively(home.jobs().resolve(job));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
