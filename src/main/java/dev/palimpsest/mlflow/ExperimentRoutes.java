package dev.palimpsest.mlflow;

import dev.palimpsest.filter.Listing;
import dev.palimpsest.filter.Sql;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.mlflow.Answers.Created;
import dev.palimpsest.mlflow.Answers.ExperimentAnswer;
import dev.palimpsest.mlflow.Answers.ExperimentInfo;
import dev.palimpsest.mlflow.Answers.ExperimentList;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Experiments as MLflow's clients make and find them. */
@Tag(name = "MLflow", description = "MLflow's tracking API on the same experiments and jobs")
@RestController
@RequestMapping({"/api/2.0/mlflow/experiments", "/ajax-api/2.0/mlflow/experiments"})
class ExperimentRoutes {
    private static final String EXPERIMENT =
            """
            {"experiment_id": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "trl", "artifact_location": "palimpsest:/api/v1/experiments/exp_06dgm0e1xhw4t9s8n1p3q5r7vw",
             "lifecycle_stage": "active", "creation_time": 1767225600000, "last_update_time": 1767225600000, "tags": [{"key": "team", "value": "a"}]}""";

    private final Experiments experiments;
    private final ExperimentNames names;
    private final Listing listing;

    ExperimentRoutes(Experiments experiments, ExperimentNames names, JdbcClient database) {
        this.experiments = experiments;
        this.names = names;
        this.listing = new Listing(database, "experiments", new ExperimentFields());
    }

    @Operation(
            summary = "Create an experiment by its name",
            description =
                    "It has no base model and no tasks: it gathers runs that are trained elsewhere. To have them compared, plan"
                            + " the experiment natively and log into it by its name.")
    @Example(
            request = "{\"name\": \"trl\", \"tags\": [{\"key\": \"team\", \"value\": \"a\"}]}",
            response = "{\"experiment_id\": \"exp_06dgm0e1xhw4t9s8n1p3q5r7vw\"}")
    @PostMapping("/create")
    Created create(@RequestBody Requests.CreateExperiment request) {
        return new Created(names.create(request.name(), Entry.map(request.tags())).id());
    }

    @Operation(
            summary = "Read an experiment",
            description = "0 is the one named Default, made when it is first asked for.")
    @Example(response = "{\"experiment\": " + EXPERIMENT + "}")
    @GetMapping("/get")
    ExperimentAnswer get(@RequestParam("experiment_id") String id) {
        return new ExperimentAnswer(ExperimentInfo.of(names.named(id)));
    }

    @Operation(
            summary = "Read an experiment by its name",
            description = "The newest of that name, as those planned natively may share one.")
    @Example(response = "{\"experiment\": " + EXPERIMENT + "}")
    @GetMapping("/get-by-name")
    ExperimentAnswer getByName(@RequestParam("experiment_name") String name) {
        return new ExperimentAnswer(
                ExperimentInfo.of(
                        names.find(name)
                                .orElseThrow(
                                        () ->
                                                new NotFound(
                                                        "there is no experiment named '%s'"
                                                                .formatted(name)))));
    }

    @Operation(
            summary = "Search experiments",
            description =
                    "By `name`, `experiment_id`, `creation_time`, `last_update_time` and `tags.…`; the newest first. A page"
                            + " has at most 1000.")
    @Example(
            request =
                    "{\"filter\": \"name like 'trl%' and tags.team = 'a'\", \"max_results\": 100, \"order_by\": [\"name ASC\"]}",
            response = "{\"experiments\": [" + EXPERIMENT + "]}")
    @PostMapping("/search")
    ExperimentList search(@RequestBody Requests.SearchExperiments request) {
        if (Pages.deletedOnly(request.viewType())) return new ExperimentList(List.of(), null);
        Optional<Sql> filter = Pages.filter(request.filter(), new ExperimentFields());
        Page<String> page =
                listing.page(
                        filter.stream().toList(),
                        Pages.order(request.orderBy()),
                        Pages.paging(request.maxResults(), request.pageToken()));
        Map<String, Experiment> found =
                experiments.findAllById(page.data()).stream()
                        .collect(Collectors.toMap(Experiment::id, its -> its));
        return new ExperimentList(
                page.data().stream()
                        .map(found::get)
                        .filter(Objects::nonNull)
                        .map(ExperimentInfo::of)
                        .toList(),
                Pages.token(page));
    }
}
