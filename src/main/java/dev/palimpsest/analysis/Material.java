package dev.palimpsest.analysis;

import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Runs;
import dev.palimpsest.jobs.Runs.Place;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.Evaluations.Step;
import dev.palimpsest.metrics.StepScore;
import dev.palimpsest.metrics.StepScores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What analyses of an experiment are made of: its runs and their scored checkpoints. */
@Component
public class Material {
    private static final Score NOTHING = new Score(Optional.empty(), Optional.empty());

    private final Experiments experiments;
    private final Runs runs;
    private final StepScores scores;
    private final Evaluations evaluations;
    private final Tasks tasks;

    Material(
            Experiments experiments,
            Runs runs,
            StepScores scores,
            Evaluations evaluations,
            Tasks tasks) {
        this.experiments = experiments;
        this.runs = runs;
        this.scores = scores;
        this.evaluations = evaluations;
        this.tasks = tasks;
    }

    /**
     * A scored checkpoint, its run, what it is in that, and the base model's score there.
     *
     * @param told whether a score of it was measured elsewhere
     */
    public record Point(Run run, Place place, Kind kind, Score base, Score score, boolean told) {}

    /**
     * An experiment.
     *
     * @param base the base model's score, once a run has it
     * @param points by job and step
     */
    public record Scored(Optional<Score> base, List<Run> runs, List<Point> points) {}

    /** All its runs, as what tells curves apart are the fields in which any of them differ. */
    public Scored of(String id, ScoredBy by) {
        return of(experiments.named(id), runs.of(id), by);
    }

    /** Without the runs of which nothing was scored. */
    Scored scoredOf(String id, ScoredBy by) {
        return of(experiments.named(id), runs.scoredOf(id), by);
    }

    private Scored of(Experiment experiment, List<Run> all, ScoredBy by) {
        String id = experiment.id();
        Map<String, Run> byJob = new LinkedHashMap<>();
        for (Run run : all) byJob.put(run.job(), run);
        Map<String, Map<Long, Score>> scored = new HashMap<>();
        for (StepScore one :
                scores.of(
                        List.copyOf(byJob.keySet()),
                        tasks(experiment.learningTasks()),
                        tasks(experiment.forgettingTasks())))
            scored.computeIfAbsent(one.job(), _ -> new HashMap<>())
                    .put(one.step(), by.of(one.score()));
        Set<Step> told = evaluations.toldOf(id);
        Set<String> trunks = runs.trunksOf(id);
        List<Point> points = new ArrayList<>();
        for (Place place : runs.checkpointsOf(id)) {
            Map<Long, Score> steps = scored.getOrDefault(place.job(), Map.of());
            Score score = steps.get(place.step());
            Run run = byJob.get(place.job());
            if (score == null || run == null) continue;
            points.add(
                    new Point(
                            run,
                            place,
                            Kind.of(run, place, trunks),
                            steps.getOrDefault(0L, NOTHING),
                            score,
                            told.contains(new Step(place.job(), place.step()))));
        }
        Optional<Score> base =
                byJob.keySet().stream()
                        .flatMap(
                                job ->
                                        Optional.ofNullable(
                                                scored.getOrDefault(job, Map.of()).get(0L))
                                                .stream())
                        .findFirst();
        return new Scored(base, List.copyOf(byJob.values()), points);
    }

    /** What the learning score of an experiment is; none without a task that counts. */
    public Optional<ScoreKind> learningKind(String id, ScoredBy by) {
        return by.kind(tasks(experiments.named(id).learningTasks()));
    }

    private List<Task> tasks(List<String> names) {
        return names.stream()
                .flatMap(name -> tasks.named(name).stream())
                .map(RegisteredTask::task)
                .toList();
    }
}
