package dev.palimpsest.advice;

import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.analysis.Estimate.Value;
import dev.palimpsest.analysis.Material;
import dev.palimpsest.evaluation.Score.Side;
import dev.palimpsest.jobs.Runs;
import dev.palimpsest.jobs.Runs.Run;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads the ends of an experiment's runs; points on the way are no ends (paper, section 1). */
@Component
class Ends {
    /** Only of ends and of the base model, which stands at step 0. */
    private static final String DISTINCT =
            """
            select je.job, je.step, avg((e.metrics -> 'distinct' ->> 'value')::float8) as value,
                   sqrt(sum((e.metrics -> 'distinct' ->> 'stderr')::float8 ^ 2)) / count(*) as stderr
            from jobs j join job_evaluations je on je.job = j.id and je.step in (0, j.total_steps)
            join evaluations e on e.id = je.evaluation
            where j.experiment = :experiment and jsonb_exists(e.metrics, 'distinct')
            group by je.job, je.step
            """;

    private final Runs runs;
    private final JdbcClient database;

    Ends(Runs runs, JdbcClient database) {
        this.runs = runs;
        this.database = database;
    }

    private record Place(String job, long step) {}

    /** What the samples of each place are like; step 0 is the base model. */
    private Map<Place, Value> distinct(String experiment) {
        Map<Place, Value> distinct = new HashMap<>();
        database.sql(DISTINCT)
                .param("experiment", experiment)
                .query(
                        (row, _) -> {
                            double stderr = row.getDouble("stderr");
                            return distinct.put(
                                    new Place(row.getString("job"), row.getLong("step")),
                                    new Value(
                                            row.getDouble("value"),
                                            row.wasNull()
                                                    ? OptionalDouble.empty()
                                                    : OptionalDouble.of(stderr)));
                        })
                .list();
        return distinct;
    }

    /** Of what was read of the experiment, with runs that diverged before they were scored. */
    List<Ended> of(String experiment, Material.Scored scored) {
        Set<String> diverged = runs.divergedOf(experiment);
        Map<Place, Value> distinct = distinct(experiment);
        List<Ended> ends = new ArrayList<>();
        Set<String> read = new HashSet<>();
        for (Material.Point point : scored.points()) {
            Kind kind = point.kind();
            if (kind == Kind.HOT || kind == Kind.COOLING) continue;
            Ended end = ended(point, kind, diverged, distinct);
            if (end.values().containsKey(Measured.LEARNING)) {
                ends.add(end);
                read.add(end.job());
            }
        }
        for (Run run : scored.runs())
            if (diverged.contains(run.job()) && !read.contains(run.job())) ends.add(lost(run));
        return ends;
    }

    private static Ended ended(
            Material.Point point, Kind kind, Set<String> diverged, Map<Place, Value> distinct) {
        Run run = point.run();
        Map<Measured, Value> values = new EnumMap<>(Measured.class);
        point.score()
                .learning()
                .map(Ends::value)
                .filter(learned -> Double.isFinite(learned.value()))
                .ifPresent(learned -> values.put(Measured.LEARNING, learned));
        point.base()
                .learning()
                .map(Ends::value)
                .filter(learned -> Double.isFinite(learned.value()))
                .ifPresent(learned -> values.put(Measured.BASE_LEARNING, learned));
        OptionalDouble lost = point.score().forgetting(point.base());
        if (lost.isPresent() && Double.isFinite(lost.getAsDouble()))
            values.put(
                    Measured.FORGETTING,
                    new Value(
                            lost.getAsDouble(),
                            both(
                                    point.score().source().orElseThrow().stderr(),
                                    point.base().source().orElseThrow().stderr())));
        Value differing = distinct.get(new Place(run.job(), point.place().step()));
        if (differing != null) values.put(Measured.DISTINCT, differing);
        Value before = distinct.get(new Place(run.job(), 0));
        if (differing != null && before != null)
            values.put(
                    Measured.DISTINCT_LOST,
                    new Value(
                            before.value() - differing.value(),
                            both(before.stderr(), differing.stderr())));
        return new Ended(
                run.job(),
                condition(run, kind),
                rate(run),
                seed(run),
                diverged.contains(run.job()),
                point.place().checkpoint(),
                point.place().tokens(),
                point.place().epoch(),
                values);
    }

    /** One that diverged and has no score says that its rate is too high. */
    private static Ended lost(Run run) {
        return new Ended(
                run.job(),
                condition(run, Kind.FINAL),
                rate(run),
                seed(run),
                true,
                "",
                0,
                0,
                Map.of());
    }

    private static Condition condition(Run run, Kind kind) {
        return Condition.of(run, kind.name().toLowerCase(Locale.ROOT));
    }

    private static double rate(Run run) {
        return training(run).path("learning_rate").asDouble(0);
    }

    private static long seed(Run run) {
        return training(run).path("seed").asLong(0);
    }

    private static JsonNode training(Run run) {
        return run.spec().path("training");
    }

    private static Value value(Side side) {
        return new Value(side.score(), side.stderr());
    }

    /** As if the two had asked different items, which is on the safe side. */
    private static OptionalDouble both(OptionalDouble one, OptionalDouble other) {
        return one.isPresent() && other.isPresent()
                ? OptionalDouble.of(Math.hypot(one.getAsDouble(), other.getAsDouble()))
                : OptionalDouble.empty();
    }
}
