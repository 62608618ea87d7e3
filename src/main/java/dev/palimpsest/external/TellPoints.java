package dev.palimpsest.external;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.Primary;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.evaluation.TaskResult;
import dev.palimpsest.external.PointsRequest.Point;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.metrics.JobScores;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Method;
import dev.palimpsest.web.Ids;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes in what a job's owner measured, a batch whole or not at all. */
@Component
class TellPoints {
    private static final String TOKENS = "train/tokens";
    private static final long MOST_POINTS_A_JOB = 5_000_000;
    private static final long MOST_KEYS_A_JOB = 1_000;

    private final ExternalJobs jobs;
    private final Experiments experiments;
    private final Tasks tasks;
    private final Checkpoints checkpoints;
    private final Metrics metrics;
    private final Evaluations evaluations;
    private final JobScores scores;
    private final TransactionTemplate transaction;
    private final Ids ids;
    private final Clock clock;

    TellPoints(
            ExternalJobs jobs,
            Experiments experiments,
            Tasks tasks,
            Checkpoints checkpoints,
            Metrics metrics,
            Evaluations evaluations,
            JobScores scores,
            TransactionTemplate transaction,
            Ids ids,
            Clock clock) {
        this.jobs = jobs;
        this.experiments = experiments;
        this.tasks = tasks;
        this.checkpoints = checkpoints;
        this.metrics = metrics;
        this.evaluations = evaluations;
        this.scores = scores;
        this.transaction = transaction;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * What became of a batch.
     *
     * @param points that it had
     * @param known of them, which were told before
     * @param scores of them, which count in learning or forgetting
     */
    record Told(int points, int known, int scores) {}

    /** A task's primary metric, by the key of its points. */
    private record Scored(String task, Primary primary) {}

    Told tell(String id, PointsRequest request) {
        List<Point> points = request.data();
        OptionalLong filed =
                points.stream().anyMatch(Point::isScore)
                        ? OptionalLong.empty()
                        : metrics.tell(id, reached(points), readings(points));
        if (filed.isPresent())
            return new Told(points.size(), points.size() - Math.toIntExact(filed.getAsLong()), 0);
        return Objects.requireNonNull(transaction.execute(_ -> tellScored(id, points)));
    }

    private static Metrics.Reached reached(List<Point> points) {
        return reached(
                points.stream().mapToLong(Point::step).max().orElseThrow(),
                points.stream().mapToLong(TellPoints::tokens).max().orElseThrow());
    }

    static Metrics.Reached reached(long step, long tokens) {
        return new Metrics.Reached(step, tokens, MOST_POINTS_A_JOB, MOST_KEYS_A_JOB);
    }

    private List<Metrics.Reading> readings(List<Point> points) {
        Instant now = clock.instant();
        return points.stream()
                .map(
                        point ->
                                new Metrics.Reading(
                                        point.key(),
                                        point.step(),
                                        point.value().number(),
                                        point.at() == null ? now : point.at()))
                .toList();
    }

    /** What counts in scores, and whatever is to be refused in words. */
    private Told tellScored(String id, List<Point> points) {
        Job job = jobs.locked(id);
        Experiment experiment = experiments.named(job.experiment());
        Map<String, Scored> primaries = primaries(experiment, job);
        Map<Metrics.Place, Double> standing = standing(id, points);
        check(points, standing, primaries);
        List<Point> unknown =
                points.stream().filter(one -> !standing.containsKey(one.place())).toList();
        file(id, unknown);
        for (Point point : unknown) job.reached(point.step(), tokens(point));
        List<Point> scored =
                unknown.stream().filter(one -> primaries.containsKey(one.key())).toList();
        for (Point point : scored) score(job, experiment, point, primaries);
        if (!scored.isEmpty()) scores.complete(job);
        return new Told(points.size(), points.size() - unknown.size(), scored.size());
    }

    private Map<Metrics.Place, Double> standing(String id, List<Point> points) {
        return metrics.standing(id, points.stream().map(Point::place).toList());
    }

    private Map<String, Scored> primaries(Experiment experiment, Job job) {
        Map<String, Scored> primaries = new HashMap<>();
        Stream.of(experiment.learningTasks(), experiment.forgettingTasks())
                .flatMap(List::stream)
                .flatMap(name -> tasks.named(name, job.spec().evaluation()).stream())
                .map(RegisteredTask::task)
                .forEach(
                        task -> {
                            Primary primary = task.under(experiment.convention()).primary();
                            primaries.put(
                                    TaskResult.key(task.name(), primary.metric()),
                                    new Scored(task.name(), primary));
                        });
        return primaries;
    }

    private static void check(
            List<Point> points,
            Map<Metrics.Place, Double> standing,
            Map<String, Scored> primaries) {
        Faults faults = new Faults();
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            double value = point.value().number();
            String pointer = "/data/%d/value".formatted(i);
            Double stands = standing.get(point.place());
            if (stands != null && !stands.equals(value))
                faults.refuse(
                        pointer,
                        "is %s, but at step %d %s is %s already; a point is told once"
                                .formatted(value, point.step(), point.key(), stands));
            Scored scored = primaries.get(point.key());
            if (scored == null) continue;
            double most = scored.primary().kind() == ScoreKind.ACCURACY ? 1 : Double.MAX_VALUE;
            faults.require(
                    value >= 0 && value <= most,
                    pointer,
                    "counts in the job's scores and must be between 0 and %s, got %s"
                            .formatted(most, value));
        }
        faults.raise();
    }

    private void file(String id, List<Point> points) {
        requireRoom(metrics.fileReadings(id, readings(points)));
    }

    /** A job may have so many points, and so many keys. */
    static void requireRoom(Metrics.Filed filed) {
        new Faults()
                .require(
                        filed.pointsOfJob() <= MOST_POINTS_A_JOB,
                        "/data",
                        "would be more than %d points of one job".formatted(MOST_POINTS_A_JOB))
                .require(
                        filed.keysOfJob() <= MOST_KEYS_A_JOB,
                        "/data",
                        "would be more than %d keys of one job".formatted(MOST_KEYS_A_JOB))
                .raise();
    }

    private static long tokens(Point point) {
        if (point.tokens() != null) return point.tokens();
        double value = point.value().number();
        return point.key().equals(TOKENS) && value > 0 && value < 1e15 ? Math.round(value) : 0;
    }

    /** A step whose weights are not here has its place in the run all the same. */
    private void score(Job job, Experiment experiment, Point point, Map<String, Scored> primaries) {
        Scored scored = Objects.requireNonNull(primaries.get(point.key()));
        evaluations.file(
                job.id(),
                point.step(),
                new Evaluations.Told(
                        ids.next("eval"),
                        job.baseModel(),
                        scored.task(),
                        experiment.convention(),
                        Map.of(
                                scored.primary().metric(),
                                new Measure(point.value().number(), point.stderr()))));
        if (point.step() == 0 || checkpoints.atStep(job.id(), point.step()).isPresent()) return;
        OptionalLong tokens = metrics.tokensAt(job.id(), point.step());
        checkpoints.save(
                Checkpoint.absent(
                        ids.next("ckpt"),
                        job.id(),
                        job.attempt(),
                        point.step(),
                        point.epoch() == null ? 0 : point.epoch(),
                        point.tokens() != null ? point.tokens() : tokens.orElse(0),
                        switch (job.spec().method()) {
                            case Method.Full _ -> "model";
                            case Method.Lora _ -> "adapter";
                        }));
    }
}
