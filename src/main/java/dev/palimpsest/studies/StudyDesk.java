package dev.palimpsest.studies;

import dev.palimpsest.analysis.RateChoice;
import dev.palimpsest.analysis.RateChoices;
import dev.palimpsest.background.Waiting;
import dev.palimpsest.jobs.Attempt;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Runs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spectra.SpectraDesk;
import dev.palimpsest.spectra.SpectraProgress;
import dev.palimpsest.sweeps.SweepDesk;
import dev.palimpsest.sweeps.SweepPlan;
import dev.palimpsest.web.Ids;
import dev.palimpsest.web.NotFound;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Plans, makes and moves studies, each move in one transaction that begins by locking the row. */
@Component
class StudyDesk {
    private final Studies studies;
    private final SweepDesk sweeps;
    private final SpectraDesk spectra;
    private final RateChoices rates;
    private final Jobs jobs;
    private final Runs runs;
    private final ApplicationEventPublisher events;
    private final Ids ids;
    private final Clock clock;

    StudyDesk(
            Studies studies,
            SweepDesk sweeps,
            SpectraDesk spectra,
            RateChoices rates,
            Jobs jobs,
            Runs runs,
            ApplicationEventPublisher events,
            Ids ids,
            Clock clock) {
        this.studies = studies;
        this.sweeps = sweeps;
        this.spectra = spectra;
        this.rates = rates;
        this.jobs = jobs;
        this.runs = runs;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /** Throws {@link InvalidSpec} with the faults of both sweeps; stores nothing. */
    @Transactional
    public StudyPlan plan(String experiment, StudyRequest request) {
        Map<String, Fault> faults = new LinkedHashMap<>();
        Optional<SweepPlan> rates = plan(experiment, Blueprint.ofRates(request), faults);
        Optional<SweepPlan> grid =
                plan(experiment, Blueprint.ofGrid(request, Blueprint.assumed(request)), faults);
        if (!faults.isEmpty()) throw new InvalidSpec(List.copyOf(faults.values()));
        return StudyPlan.of(rates.orElseThrow(), grid.orElseThrow());
    }

    /** What is wrong in both sweeps is said once. */
    private Optional<SweepPlan> plan(
            String experiment, Blueprint blueprint, Map<String, Fault> faults) {
        try {
            return Optional.of(plan(experiment, blueprint));
        } catch (InvalidSpec invalid) {
            for (Fault fault : invalid.faults()) faults.putIfAbsent(fault.pointer(), fault);
            return Optional.empty();
        }
    }

    private SweepPlan plan(String experiment, Blueprint blueprint) {
        return inStudy(blueprint, () -> sweeps.plan(experiment, blueprint.request()));
    }

    private String make(String experiment, Blueprint blueprint) {
        return inStudy(blueprint, () -> sweeps.make(experiment, blueprint.request()).id());
    }

    private static <T> T inStudy(Blueprint blueprint, Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidSpec invalid) {
            throw blueprint.inStudy(invalid);
        }
    }

    /** Makes the jobs that try rates; throws {@link InvalidSpec} if any later part has a fault. */
    @Transactional
    public Study begin(String experiment, StudyRequest request) {
        plan(experiment, request).within(request.budget());
        String sweep = make(experiment, Blueprint.ofRates(request));
        return studies.saveAndFlush(
                Study.begun(ids.next("study"), experiment, request, sweep, clock.instant()));
    }

    /** One step further, if what it waits for has ended. */
    @Transactional
    public void advance(String id) {
        studies.lock(id)
                .filter(study -> study.status() == StudyStatus.RUNNING)
                .ifPresent(
                        study -> {
                            switch (study.stage()) {
                                case RATES -> chooseRates(study);
                                case GRID -> askForSpectra(study);
                                case SPECTRA -> finish(study);
                                case DONE -> {}
                            }
                            studies.save(study); // which tells of its end
                        });
    }

    private void chooseRates(Study study) {
        if (!ended(study.rateSweep())) return;
        StudyRequest request = study.request();
        List<RateChoice> choices =
                rates.of(study.rateSweep(), request.rates().rule(), request.rates().by());
        if (choices.stream().allMatch(choice -> choice.learningRate() == null)) {
            study.fail(
                    "no method has a rate that can be taken: "
                            + choices.stream()
                                    .map(RateChoice::words)
                                    .collect(Collectors.joining("; ")),
                    clock.instant());
            return;
        }
        Blueprint grid = Blueprint.ofGrid(request, choices);
        Optional<String> tooLong =
                study.beyondBudget() ? Optional.empty() : tooLong(study, request, grid);
        if (tooLong.isPresent()) study.exceeds(choices, tooLong.get());
        else study.chose(choices, make(study.experiment(), grid));
    }

    /** Seconds are often known only now, by the pace of the jobs that tried rates. */
    private Optional<String> tooLong(Study study, StudyRequest request, Blueprint grid) {
        Double bound = request.budget().seconds();
        if (bound == null) return Optional.empty();
        Double seconds = plan(study.experiment(), grid).total().seconds();
        double spent =
                jobs.findBySweepOrderByCell(study.rateSweep()).stream()
                        .mapToDouble(StudyDesk::seconds)
                        .sum();
        if (seconds == null || spent + seconds <= bound) return Optional.empty();
        return Optional.of(
                "the jobs that tried rates took %.0f s and the grid would take %.0f s, more than the budget's %.0f; resume to run it all the same, or cancel"
                        .formatted(spent, seconds, bound));
    }

    private static double seconds(Job job) {
        long millis = 0;
        for (Attempt attempt : job.attempts().values())
            if (attempt.endedAt() != null)
                millis += Duration.between(attempt.startedAt(), attempt.endedAt()).toMillis();
        return millis / 1e3;
    }

    private void askForSpectra(Study study) {
        String sweep = study.gridSweep().orElseThrow();
        if (!ended(sweep)) return;
        if (!study.request().spectra()) {
            study.done(clock.instant());
            return;
        }
        study.trained();
        for (String checkpoint : lastOfTheFirstSeed(study)) spectra.ask(checkpoint);
        finish(study);
    }

    private void finish(Study study) {
        if (spectra.progress(lastOfTheFirstSeed(study)).waiting() == 0) study.done(clock.instant());
    }

    /** The last checkpoint of each job of the grid that has the first seed. */
    private List<String> lastOfTheFirstSeed(Study study) {
        int first = study.request().seeds().getFirst();
        return runs.lastCheckpoints(
                jobs.findBySweepOrderByCell(study.gridSweep().orElseThrow()).stream()
                        .filter(job -> job.spec().training().seed() == first)
                        .map(Job::id)
                        .toList());
    }

    private boolean ended(String sweep) {
        return !jobs.existsBySweepAndStatusIn(sweep, Status.OPEN);
    }

    /** Its jobs are paused, and nothing follows them. */
    @Transactional
    public Study pause(String id) {
        Study study = locked(id);
        study.pause();
        sweeps.pause(study.currentSweep());
        return study;
    }

    @Transactional
    public Study resume(String id) {
        Study study = locked(id);
        study.resume();
        sweeps.resume(study.currentSweep());
        look(study);
        return study;
    }

    @Transactional
    public Study cancel(String id) {
        Study study = locked(id);
        study.cancel(clock.instant());
        sweeps.cancel(study.currentSweep());
        return studies.save(study);
    }

    /** Its failed and cancelled jobs again, of the stage where it is; then it goes on. */
    @Transactional
    public Study retry(String id) {
        Study study = locked(id);
        study.retry();
        sweeps.retry(study.currentSweep());
        look(study);
        return study;
    }

    /** It could not go on for a reason that lies in what it asked, or that does not pass. */
    @Transactional
    public void fail(String id, String reason) {
        studies.lock(id)
                .filter(study -> study.status() == StudyStatus.RUNNING)
                .ifPresent(
                        study -> {
                            study.fail(reason, clock.instant());
                            studies.save(study);
                        });
    }

    /** What the study waits for may have come already. */
    private void look(Study study) {
        events.publishEvent(
                new Waiting(StudyWork.NAME, StudyWork.piece(study.id(), ids.next("look"))));
    }

    Study named(String id) {
        return studies.findById(id).orElseThrow(() -> missing(id));
    }

    SpectraProgress spectraOf(Study study) {
        return switch (study.stage()) {
            case RATES, GRID -> SpectraProgress.NONE;
            case SPECTRA, DONE -> spectra.progress(lastOfTheFirstSeed(study));
        };
    }

    private Study locked(String id) {
        return studies.lock(id).orElseThrow(() -> missing(id));
    }

    private static NotFound missing(String id) {
        return new NotFound(
                "there is no study %s; GET /api/v1/experiments/{id}/studies lists an experiment's"
                        .formatted(id));
    }

    static String sentence(InvalidSpec invalid) {
        return invalid.faults().stream()
                .map(Fault::detail)
                .collect(Collectors.joining("; ", "its jobs cannot be made any more: ", ""));
    }
}
