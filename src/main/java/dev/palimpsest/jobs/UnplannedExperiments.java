package dev.palimpsest.jobs;

import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Makes experiments for what was trained elsewhere, one of a name. */
@Component
public class UnplannedExperiments {
    private final JdbcClient database;
    private final Experiments experiments;
    private final Ids ids;
    private final Clock clock;

    UnplannedExperiments(JdbcClient database, Experiments experiments, Ids ids, Clock clock) {
        this.database = database;
        this.experiments = experiments;
        this.ids = ids;
        this.clock = clock;
    }

    /** A new one, unless there is an experiment of that name already. */
    @Transactional
    public Optional<Experiment> plan(String name, Map<String, String> tags) {
        database.sql("select pg_advisory_xact_lock(hashtext(:name))") // of two at once one waits
                .param("name", "experiment " + name)
                .query((_, number) -> number)
                .single();
        if (experiments.findFirstByNameOrderByIdDesc(name).isPresent()) return Optional.empty();
        Experiment made =
                Experiment.unplanned(ids.next("exp"), name, Map.copyOf(tags), clock.instant());
        return Optional.of(experiments.saveAndFlush(made));
    }
}
