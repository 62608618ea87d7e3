package dev.palimpsest.sweeps;

import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.PlanView;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.jobs.Submission;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.JobRequest;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Plans, makes and moves sweeps, each in one transaction. */
@Component
public class SweepDesk {
    /** A cell whose job can be run. */
    private record Checked(Cell cell, JobSpec spec, PlanView plan) {}

    private final Sweeps sweeps;
    private final Experiments experiments;
    private final Jobs jobs;
    private final Submission submission;
    private final Metrics metrics;
    private final Ids ids;
    private final Clock clock;

    SweepDesk(
            Sweeps sweeps,
            Experiments experiments,
            Jobs jobs,
            Submission submission,
            Metrics metrics,
            Ids ids,
            Clock clock) {
        this.sweeps = sweeps;
        this.experiments = experiments;
        this.jobs = jobs;
        this.submission = submission;
        this.metrics = metrics;
        this.ids = ids;
        this.clock = clock;
    }

    /** Throws {@link InvalidSpec} with every fault of every cell; stores nothing. */
    @Transactional
    public SweepPlan plan(String experiment, SweepRequest request) {
        Experiment its = found(experiment);
        Map<String, Optional<Double>> paces = new HashMap<>();
        List<SweepPlan.CellPlan> plans = new ArrayList<>();
        for (Checked checked : checked(its, request)) {
            Optional<Double> pace =
                    paces.computeIfAbsent(
                            checked.spec().method().word(),
                            method -> metrics.pace(its.baseModel(), method));
            plans.add(
                    new SweepPlan.CellPlan(
                            checked.cell().number(),
                            named(checked),
                            checked.cell().values(),
                            part(checked.cell()),
                            checked.plan(),
                            seconds(checked.plan().tokens(), pace)));
        }
        return SweepPlan.of(plans);
    }

    /** Makes all jobs or none; throws {@link InvalidSpec} with every fault of every cell. */
    @Transactional
    public Sweep make(String experiment, SweepRequest request) {
        List<Submission.Planned> cells =
                checked(found(experiment), request).stream()
                        .map(
                                checked ->
                                        new Submission.Planned(
                                                checked.spec().named(named(checked)),
                                                checked.cell().trunk()))
                        .toList();
        Sweep sweep =
                sweeps.saveAndFlush(
                        new Sweep(ids.next("sweep"), experiment, request, clock.instant()));
        submission.of(sweep.id(), cells);
        return sweep;
    }

    /** Cancels the jobs that have not ended. */
    @Transactional
    public Sweep cancel(String id) {
        return move(id, job -> !job.status().terminal(), job -> job.cancel(clock.instant()));
    }

    /** Puts the jobs that failed or were cancelled into the queue again. */
    @Transactional
    public Sweep retry(String id) {
        jobs.findAndLockTrunksOf(id); // first, as their own ends do
        return move(
                id,
                job -> job.status() == Status.FAILED || job.status() == Status.CANCELLED,
                Job::retry);
    }

    /** Pauses the jobs that wait or run. */
    @Transactional
    public Sweep pause(String id) {
        return move(
                id,
                job ->
                        (job.status() == Status.QUEUED || job.status() == Status.RUNNING)
                                && !job.cancelRequested(),
                job -> job.pause(clock.instant()));
    }

    /** Puts the jobs that are paused, or about to be, into the queue again. */
    @Transactional
    public Sweep resume(String id) {
        return move(id, job -> job.status() == Status.PAUSED || job.pauseRequested(), Job::resume);
    }

    private Sweep move(String id, Predicate<Job> which, Consumer<Job> move) {
        Sweep sweep = sweep(id);
        for (Job job : jobs.findAndLockBySweep(id)) {
            if (!which.test(job)) continue;
            move.accept(job);
            jobs.save(job);
        }
        return sweep;
    }

    Sweep sweep(String id) {
        return sweeps.findById(id)
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "there is no sweep %s; GET /api/v1/experiments/{id}/sweeps lists an experiment's"
                                                .formatted(id)));
    }

    private Experiment found(String id) {
        return experiments
                .findAndKeep(id)
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "there is no experiment %s; GET /api/v1/experiments lists them"
                                                .formatted(id)));
    }

    private List<Checked> checked(Experiment experiment, SweepRequest request) {
        List<Cell> cells = Cells.of(request.grid(), request.ladder());
        CellFaults faults = new CellFaults(request);
        Map<JobSpec, Cell> seen = new HashMap<>();
        Map<Integer, JobSpec> byNumber = new HashMap<>();
        List<Checked> checked = new ArrayList<>();
        for (Cell cell : cells) {
            try {
                JobSpec spec = JobRequest.of(cell.spec(request.template(), experiment.id())).spec();
                Cell earlier = seen.putIfAbsent(spec, cell);
                if (earlier != null) faults.equal(cell, earlier);
                byNumber.put(cell.number(), spec);
                JobSpec trunk = cell.trunk() == null ? null : byNumber.get(cell.trunk());
                if (cell.trunk() == null)
                    checked.add(new Checked(cell, spec, submission.plan(spec)));
                else if (trunk != null)
                    checked.add(new Checked(cell, spec, submission.plan(spec, trunk)));
            } catch (InvalidSpec invalid) {
                faults.add(cell, invalid.faults());
            }
        }
        faults.raise(cells.size());
        return checked;
    }

    private static String named(Checked checked) {
        String given = checked.spec().name();
        return given == null ? checked.cell().name() : checked.cell().named(given);
    }

    private static Rung.@Nullable Part part(Cell cell) {
        return cell.rung() == null ? null : cell.rung().part();
    }

    private static @Nullable Double seconds(@Nullable Long tokens, Optional<Double> pace) {
        return tokens == null || pace.isEmpty() ? null : tokens / pace.get();
    }
}
