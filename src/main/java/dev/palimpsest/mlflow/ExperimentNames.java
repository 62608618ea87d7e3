package dev.palimpsest.mlflow;

import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.UnplannedExperiments;
import dev.palimpsest.web.NotFound;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Experiments as MLflow's clients know them: by a name that only one has, and the default one. */
@Component
class ExperimentNames {
    /** Where a client logs that names no experiment. */
    static final String DEFAULT_ID = "0";

    private static final String DEFAULT_NAME = "Default";

    private final Experiments experiments;
    private final UnplannedExperiments unplanned;

    ExperimentNames(Experiments experiments, UnplannedExperiments unplanned) {
        this.experiments = experiments;
        this.unplanned = unplanned;
    }

    /** One that is there; the default one is made when it is first asked for. */
    Experiment named(String id) {
        if (id.equals(DEFAULT_ID))
            return find(DEFAULT_NAME)
                    .or(() -> unplanned.plan(DEFAULT_NAME, Map.of()))
                    .or(() -> find(DEFAULT_NAME))
                    .orElseThrow();
        return experiments
                .findById(id)
                .orElseThrow(() -> new NotFound("there is no experiment " + id));
    }

    /** The newest of that name, as native experiments may share one. */
    Optional<Experiment> find(String name) {
        return experiments.findFirstByNameOrderByIdDesc(name);
    }

    Experiment create(String name, Map<String, String> tags) {
        Entry.requireShort(tags, Entry.LONGEST_TAG);
        return unplanned
                .plan(name, tags)
                .orElseThrow(
                        () ->
                                new Refused(
                                        ErrorCode.RESOURCE_ALREADY_EXISTS,
                                        "there is an experiment '%s' already".formatted(name)));
    }
}
