package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.JobSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/** Experiments and jobs to test with. */
public final class SomeJobs {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final String MODEL =
            """
            insert into base_models (name, version, status, content_hash, created_at)
            values (:name, 0, 'ready', 'abc', now()) on conflict do nothing
            """;

    private final Experiments experiments;
    private final Jobs jobs;
    private final JdbcClient database;

    public SomeJobs(ApplicationContext context) {
        this.experiments = context.getBean(Experiments.class);
        this.jobs = context.getBean(Jobs.class);
        this.database = context.getBean(JdbcClient.class);
    }

    public static JobSpec spec(String experiment) {
        return Binder.bind(
                """
                {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "full"},
                 "training": {"max_steps": 10, "learning_rate": 1e-3}, "checkpoints": {"keep_last": 2}}
                """
                        .formatted(experiment),
                JobSpec.class);
    }

    public String experiment() {
        return experimentOn("tiny");
    }

    public String experimentOn(String model) {
        String id = "exp_" + unique();
        database.sql(MODEL).param("name", model).update();
        ExperimentRequest request =
                new ExperimentRequest(
                        "some",
                        null,
                        model,
                        List.of("gsm8k_perplexity"),
                        List.of("definitions_perplexity"),
                        Convention.LM_EVAL,
                        null,
                        Map.of());
        return experiments.save(Experiment.planned(id, request, NOW)).id();
    }

    /**
     * The same with what it asks of a worker, as JSON, and the memory it needs on a processor's
     * device.
     */
    public Job queued(String experiment, String resources, long bytes) {
        JobSpec plain = spec(experiment);
        ObjectNode json = Binder.JSON.valueToTree(plain);
        json.set("resources", Binder.JSON.readTree(resources));
        JobSpec spec = Binder.bind(json, JobSpec.class);
        Job job = Job.submitted("job_" + unique(), spec, modelOf(experiment), NOW);
        return jobs.save(job.needing(new Needs(spec.resources(), bytes, bytes)));
    }

    public Job queued(String experiment) {
        Job job = Job.submitted("job_" + unique(), spec(experiment), modelOf(experiment), NOW);
        return jobs.save(job);
    }

    private String modelOf(String experiment) {
        return experiments.findById(experiment).orElseThrow().baseModel();
    }

    private static String unique() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
