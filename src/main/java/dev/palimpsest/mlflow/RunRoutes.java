package dev.palimpsest.mlflow;

import dev.palimpsest.filter.Listing;
import dev.palimpsest.filter.Sql;
import dev.palimpsest.mlflow.Answers.History;
import dev.palimpsest.mlflow.Answers.Metric;
import dev.palimpsest.mlflow.Answers.Nothing;
import dev.palimpsest.mlflow.Answers.RunAnswer;
import dev.palimpsest.mlflow.Answers.RunList;
import dev.palimpsest.mlflow.Answers.UpdatedRun;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Runs as MLflow's clients log and find them. */
@Tag(name = "MLflow", description = "MLflow's tracking API on the same experiments and jobs")
@RestController
@RequestMapping({"/api/2.0/mlflow", "/ajax-api/2.0/mlflow"})
class RunRoutes {
    private static final int MOST_POINTS = 25_000;

    private static final String INFO =
            """
            {"run_id": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "run_uuid": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "run_name": "trl-r16",
             "experiment_id": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "user_id": "ada", "status": "RUNNING", "start_time": 1767225600000,
             "artifact_uri": "palimpsest:/api/v1/jobs/job_06dgm0e1xhw4t9s8n1p3q5r7vw", "lifecycle_stage": "active"}""";

    private static final String RUN =
            "{\"info\": "
                    + INFO
                    + """
                    , "data": {"metrics": [{"key": "train/loss", "value": 1.25, "timestamp": 1767225660000, "step": 200}],
                               "params": [{"key": "lr", "value": "2e-4"}],
                               "tags": [{"key": "mlflow.runName", "value": "trl-r16"}, {"key": "mlflow.user", "value": "ada"}]}}""";

    private static final String NAMED = "\"run_id\": \"job_06dgm0e1xhw4t9s8n1p3q5r7vw\"";

    private final ExperimentNames experiments;
    private final StoredRuns stored;
    private final LoggedRuns logged;
    private final Listing listing;

    RunRoutes(
            ExperimentNames experiments,
            StoredRuns stored,
            LoggedRuns logged,
            JdbcClient database) {
        this.experiments = experiments;
        this.stored = stored;
        this.logged = logged;
        this.listing = new Listing(database, "jobs", new RunFields());
    }

    @Operation(
            summary = "Create a run",
            description =
                    "A job with the executor `external`, which runs at once. The tag `palimpsest.spec` may hold a job spec as JSON"
                            + " (`dataset`, `method`, `training`); in an experiment with a base model and tasks it has to, as jobs are"
                            + " compared by theirs. Times are this service's.")
    @Example(
            request =
                    """
                    {"experiment_id": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "run_name": "trl-r16", "start_time": 1767225600000,
                     "tags": [{"key": "mlflow.user", "value": "ada"}]}""",
            response = "{\"run\": " + RUN + "}")
    @PostMapping("/runs/create")
    RunAnswer create(@RequestBody Requests.CreateRun request) {
        return new RunAnswer(stored.run(logged.create(request)));
    }

    @Operation(
            summary = "Read a run",
            description =
                    "Any job is one: its params are the spec's values by their paths and what was logged, its metrics the newest.")
    @Example(response = "{\"run\": " + RUN + "}")
    @GetMapping("/runs/get")
    RunAnswer get(
            @RequestParam(name = "run_id", required = false) @Nullable String runId,
            @RequestParam(name = "run_uuid", required = false) @Nullable String runUuid) {
        return new RunAnswer(stored.run(Requests.chosen(runId, runUuid)));
    }

    @Operation(
            summary = "End or rename a run",
            description =
                    "FINISHED, FAILED and KILLED end it; the same said again does no harm. A run that has ended stays ended.")
    @Example(
            request = "{" + NAMED + ", \"status\": \"FINISHED\", \"end_time\": 1767225700000}",
            response = "{\"run_info\": " + INFO + "}")
    @PostMapping("/runs/update")
    UpdatedRun update(@RequestBody Requests.UpdateRun request) {
        logged.update(request);
        return new UpdatedRun(stored.run(request.run()).info());
    }

    @Operation(
            summary = "Search runs",
            description =
                    "In MLflow's filter language and more of it: `or`, `not` and parentheses too. A metric is its newest value,"
                            + " params are compared as text. The newest first; a page has at most 1000.")
    @Example(
            request =
                    """
                    {"experiment_ids": ["exp_06dgm0e1xhw4t9s8n1p3q5r7vw"], "filter": "metrics.`train/loss` < 2 and params.lr = '2e-4'",
                     "order_by": ["metrics.`train/loss` ASC"], "max_results": 100}""",
            response =
                    "{\"runs\": ["
                            + RUN
                            + "], \"next_page_token\": \"job_06dgm0e1xhw4t9s8n1p3q5r7vw\"}")
    @PostMapping("/runs/search")
    RunList search(@RequestBody Requests.SearchRuns request) {
        if (Pages.deletedOnly(request.runViewType())) return new RunList(List.of(), null);
        List<Sql> conditions = new ArrayList<>();
        conditions.add(Sql.of("jobs.experiment = any(?)", (Object) experiments(request)));
        Pages.filter(request.filter(), new RunFields()).ifPresent(conditions::add);
        Page<String> page =
                listing.page(
                        conditions,
                        Pages.order(request.orderBy()),
                        Pages.paging(request.maxResults(), request.pageToken()));
        return new RunList(stored.runs(page.data()), Pages.token(page));
    }

    private String[] experiments(Requests.SearchRuns request) {
        return request.experimentIds().stream()
                .map(id -> id.equals(ExperimentNames.DEFAULT_ID) ? experiments.named(id).id() : id)
                .toArray(String[]::new);
    }

    @Operation(
            summary = "Log a metric",
            description =
                    "One value stands at a step of a key: the one with the newest timestamp. Keys that begin with `eval/` are scores"
                            + " of tasks and told once, as natively.")
    @Example(
            request =
                    "{"
                            + NAMED
                            + ", \"key\": \"train/loss\", \"value\": 1.25, \"timestamp\": 1767225660000, \"step\": 200}",
            response = "{}")
    @PostMapping("/runs/log-metric")
    Nothing logMetric(@RequestBody Requests.LogMetric request) {
        logged.log(request.run(), List.of(request.measurement()), Map.of(), Map.of());
        return new Nothing();
    }

    @Operation(summary = "Log a param", description = "Once; the same said again does no harm.")
    @Example(request = "{" + NAMED + ", \"key\": \"lr\", \"value\": \"2e-4\"}", response = "{}")
    @PostMapping("/runs/log-parameter")
    Nothing logParameter(@RequestBody Requests.LogParam request) {
        logged.log(
                request.run(),
                List.of(),
                Entry.map(List.of(new Entry(request.key(), request.value()))),
                Map.of());
        return new Nothing();
    }

    @Operation(
            summary = "Set a tag of a run",
            description = "In place of the one it has. It is the job's too.")
    @Example(request = "{" + NAMED + ", \"key\": \"team\", \"value\": \"a\"}", response = "{}")
    @PostMapping("/runs/set-tag")
    Nothing setTag(@RequestBody Requests.SetTag request) {
        logged.log(
                request.run(),
                List.of(),
                Map.of(),
                Entry.map(List.of(new Entry(request.key(), request.value()))));
        return new Nothing();
    }

    @Operation(
            summary = "Log metrics, params and tags",
            description =
                    "All of them or, where one cannot be taken, none: at most 1000, of them 100 params and 100 tags.")
    @Example(
            request =
                    "{"
                            + NAMED
                            + """
                            , "metrics": [{"key": "train/loss", "value": 1.25, "timestamp": 1767225660000, "step": 200}],
                             "params": [{"key": "lr", "value": "2e-4"}], "tags": [{"key": "team", "value": "a"}]}""",
            response = "{}")
    @PostMapping("/runs/log-batch")
    Nothing logBatch(@RequestBody Requests.LogBatch request) {
        logged.log(
                request.runId(),
                request.metrics(),
                Entry.map(request.params()),
                Entry.map(request.tags()));
        return new Nothing();
    }

    @Operation(
            summary = "Read a metric's points",
            description = "In the order of their steps, at most 25000 a page.")
    @Example(
            response =
                    "{\"metrics\": [{\"key\": \"train/loss\", \"value\": 1.25, \"timestamp\": 1767225660000, \"step\": 200}]}")
    @GetMapping("/metrics/get-history")
    History history(
            @RequestParam(name = "run_id", required = false) @Nullable String runId,
            @RequestParam(name = "run_uuid", required = false) @Nullable String runUuid,
            @RequestParam("metric_key") String key,
            @RequestParam(name = "max_results", required = false) @Nullable Integer most,
            @RequestParam(name = "page_token", required = false) @Nullable String token) {
        String run = Requests.chosen(runId, runUuid);
        int limit = most == null ? MOST_POINTS : Math.clamp(most, 1, MOST_POINTS);
        List<Metric> found = stored.history(run, key, step(token), limit + 1);
        boolean more = found.size() > limit;
        List<Metric> page = more ? found.subList(0, limit) : found;
        return new History(page, more ? String.valueOf(page.getLast().step()) : null);
    }

    private static long step(@Nullable String token) {
        if (token == null || token.isEmpty()) return -1;
        if (!token.matches("\\d{1,18}"))
            throw new BadParameter("page_token", "must be that of the page before");
        return Long.parseLong(token);
    }
}
