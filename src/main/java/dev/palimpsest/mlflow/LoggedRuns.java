package dev.palimpsest.mlflow;

import dev.palimpsest.external.LogPoints;
import dev.palimpsest.external.LogPoints.Logged;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.Submission;
import dev.palimpsest.mlflow.Requests.CreateRun;
import dev.palimpsest.mlflow.Requests.Measurement;
import dev.palimpsest.mlflow.Requests.UpdateRun;
import dev.palimpsest.spec.Faults;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs as their clients make them: jobs with the executor external; each call is one transaction.
 */
@Component
class LoggedRuns {
    private static final String SAY =
            "insert into run_params (job, key, value) values (?, ?, ?) on conflict do nothing";

    private static final String SAID =
            "select key, value from run_params where job = :job and key = any(:keys)";

    private static final int LONGEST_NAME = 200;

    private final ExperimentNames experiments;
    private final Submission submission;
    private final Jobs jobs;
    private final LogPoints points;
    private final JdbcTemplate template;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final Clock clock;

    LoggedRuns(
            ExperimentNames experiments,
            Submission submission,
            Jobs jobs,
            LogPoints points,
            JdbcTemplate template,
            TransactionTemplate transaction,
            Clock clock) {
        this.experiments = experiments;
        this.submission = submission;
        this.jobs = jobs;
        this.points = points;
        this.template = template;
        this.database = JdbcClient.create(template);
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Answers the new run's id. */
    @Transactional
    public String create(CreateRun request) {
        Experiment experiment = experiments.named(request.experimentId());
        Map<String, String> tags = new HashMap<>(Entry.map(request.tags()));
        String said = tags.remove(RunTags.SPEC);
        String tagged = tags.remove(RunTags.NAME);
        String name = blank(request.runName()) ? tagged : request.runName();
        if (!blank(request.userId())) tags.putIfAbsent(RunTags.USER, request.userId());
        if (said == null && !experiment.unplanned())
            throw new Refused(
                    ErrorCode.INVALID_PARAMETER_VALUE,
                    "experiment %s compares jobs by their specs: say this run's in the tag %s, as JSON with dataset, method and training"
                            .formatted(experiment.id(), RunTags.SPEC));
        Job job = submission.of(SpecParams.spec(experiment.id(), blank(name) ? null : name, said));
        label(job, tags);
        return jobs.save(job).id();
    }

    /** Ends it, or gives it another name. */
    @Transactional
    public void update(UpdateRun request) {
        Job job = locked(request.run());
        rename(job, request.runName());
        if (request.status() != null) become(job, RunStatus.valueOf(request.status()));
        jobs.save(job);
    }

    private void become(Job job, RunStatus status) {
        if (status == RunStatus.of(job.status())) return;
        Instant now = clock.instant();
        switch (status) {
            case FINISHED -> job.endElsewhere(new Outcome.Finished(job.step(), 0), false, now);
            case FAILED ->
                    job.endElsewhere(
                            new Outcome.Failed("its client says that it failed", "", false),
                            false,
                            now);
            case KILLED -> job.cancel(now);
            case RUNNING, SCHEDULED ->
                    throw new Refused(
                            ErrorCode.RESOURCE_CONFLICT,
                            "run %s is %s and cannot become %s: log what goes on as another run"
                                    .formatted(job.id(), RunStatus.of(job.status()), status));
        }
    }

    /** All of it or nothing; points alone may be filed with those of others. */
    public void log(
            String run,
            List<Measurement> metrics,
            Map<String, String> params,
            Map<String, String> tags) {
        List<Logged> measured = metrics.stream().map(this::logged).toList();
        if (params.isEmpty() && tags.isEmpty() && !measured.isEmpty()) points.log(run, measured);
        else
            transaction.executeWithoutResult(
                    _ -> {
                        describe(locked(run), params, tags);
                        if (!measured.isEmpty()) points.log(run, measured);
                    });
    }

    /** Written at once, as points move the job by statements of their own. */
    private void describe(Job job, Map<String, String> params, Map<String, String> tags) {
        if (!params.isEmpty()) say(job, params);
        label(job, tags);
        jobs.saveAndFlush(job);
    }

    private Logged logged(Measurement metric) {
        return new Logged(
                metric.key(),
                metric.step() == null ? 0 : metric.step().number(),
                metric.value().number(),
                metric.timestamp() == null
                        ? clock.instant()
                        : Instant.ofEpochMilli(metric.timestamp().number()));
    }

    /** A param is said once; to say the same again does no harm. */
    private void say(Job job, Map<String, String> params) {
        job.admitOwner();
        Entry.requireShort(params, Entry.LONGEST_PARAM);
        template.batchUpdate(
                SAY,
                params.entrySet().stream()
                        .map(param -> new Object[] {job.id(), param.getKey(), param.getValue()})
                        .toList());
        database.sql(SAID)
                .param("job", job.id())
                .param("keys", params.keySet().toArray(String[]::new))
                .query(
                        row -> {
                            String key = row.getString("key");
                            if (!row.getString("value").equals(params.get(key)))
                                throw new Refused(
                                        ErrorCode.INVALID_PARAMETER_VALUE,
                                        "param '%s' of run %s is '%s' already and cannot become '%s'"
                                                .formatted(
                                                        key,
                                                        job.id(),
                                                        row.getString("value"),
                                                        params.get(key)));
                        });
    }

    private static void label(Job job, Map<String, String> tags) {
        Entry.requireShort(tags, Entry.LONGEST_TAG);
        Map<String, String> others = new HashMap<>(tags);
        rename(job, others.remove(RunTags.NAME));
        if (!others.isEmpty()) job.label(others);
    }

    private static void rename(Job job, @Nullable String name) {
        if (name == null || name.isBlank()) return;
        new Faults()
                .require(
                        name.length() <= LONGEST_NAME,
                        "/run_name",
                        "must have at most %d characters".formatted(LONGEST_NAME))
                .raise();
        job.rename(name);
    }

    private Job locked(String run) {
        return jobs.findAndLock(run).orElseThrow(() -> StoredRuns.missing(run));
    }

    private static boolean blank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
