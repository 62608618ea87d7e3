package dev.palimpsest.studies;

import dev.palimpsest.background.Waiting;
import dev.palimpsest.background.Work;
import dev.palimpsest.jobs.JobEnded;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spectra.SpectraEnded;
import java.util.function.BooleanSupplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Looks at a study whenever something that it may wait for has ended. Each look is queued in the
 * transaction of that end, so none is lost, and one too many changes nothing.
 */
@Component
class StudyWork implements Work {
    static final String NAME = "study";
    private static final String SPACE = " ";

    private final StudyDesk desk;
    private final Studies studies;
    private final ApplicationEventPublisher events;

    StudyWork(StudyDesk desk, Studies studies, ApplicationEventPublisher events) {
        this.desk = desk;
        this.studies = studies;
        this.events = events;
    }

    static String piece(String study, String cause) {
        return study + SPACE + cause;
    }

    @EventListener
    void ended(JobEnded job) {
        job.sweep()
                .flatMap(studies::ofSweep)
                .ifPresent(study -> look(study, job.job() + "." + job.round()));
    }

    @EventListener
    void ended(SpectraEnded spectra) {
        studies.waitingForSpectra(spectra.checkpoint())
                .ifPresent(study -> look(study, spectra.checkpoint()));
    }

    private void look(String study, String cause) {
        events.publishEvent(new Waiting(NAME, piece(study, cause)));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Ending run(String piece, BooleanSupplier stopping) {
        String study = study(piece);
        try {
            desk.advance(study);
        } catch (InvalidSpec invalid) { // what it named is gone since
            desk.fail(study, StudyDesk.sentence(invalid));
        }
        return Ending.OVER;
    }

    @Override
    public void giveUp(String piece, Throwable fault) {
        desk.fail(study(piece), fault.toString());
    }

    private static String study(String piece) {
        return piece.substring(0, piece.indexOf(SPACE));
    }
}
