package dev.palimpsest.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Three jobs, watched to their end, and a table of what came of them. */
@Component
@Profile("demo")
class Demo implements Story {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final PrintStream out = System.out;

    @Override
    public void tell(PublicApi api) throws InterruptedException {
        out.println("Palimpsest serves on " + api.url("/swagger-ui.html"));
        JsonNode experiment = api.post("/api/v1/experiments", Study.EXPERIMENT);
        String id = experiment.path("id").asString();
        out.printf("%nExperiment %s: %s%n", id, experiment.path("name").asString());
        List<String> jobs = new ArrayList<>();
        for (String spec : Study.jobs(id))
            jobs.add(api.post("/api/v1/jobs", spec).path("id").asString());
        Map<String, JsonNode> ended = watch(api, jobs);
        results(api, id, ended);
        addresses(api, id, ended);
    }

    /** Looks at the jobs until all have ended. */
    private Map<String, JsonNode> watch(PublicApi api, List<String> jobs)
            throws InterruptedException {
        Map<String, JsonNode> ended = new LinkedHashMap<>();
        try (Display display = Display.on(out)) {
            while (ended.size() < jobs.size()) {
                for (String id : jobs) {
                    if (ended.containsKey(id)) continue;
                    JsonNode job = api.get("/api/v1/jobs/" + id);
                    Sight sight = Sight.of(job, api.get("/api/v1/jobs/" + id + "/metrics/keys"));
                    display.show(id, sight);
                    if (sight.ended()) ended.put(id, job);
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        }
        return ended;
    }

    private void results(PublicApi api, String experiment, Map<String, JsonNode> jobs) {
        JsonNode tradeoff = api.get("/api/v1/experiments/" + experiment + "/tradeoff");
        List<Findings> all = new ArrayList<>();
        jobs.forEach(
                (id, job) -> {
                    String speeds = "/api/v1/jobs/" + id + "/metrics?keys=train/tokens_per_second";
                    if (job.path("status").asString("").equals("succeeded"))
                        all.add(Findings.of(tradeoff, job, api.get(speeds)));
                    else failed(job);
                });
        if (all.isEmpty()) return;
        out.println();
        Findings.table(all).forEach(out::println);
        out.println(
                """

                learned: accuracy on calculations of grade school mathematics; kept: accuracy on endings of definitions;
                forgotten: what that fell by. Each is base model -> last checkpoint; bits per byte are better when fewer.""");
    }

    private void failed(JsonNode job) {
        JsonNode error = job.path("error");
        out.printf(
                "%n%s %s: %s%n%s%n",
                job.path("name").asString(""),
                job.path("status").asString(""),
                error.path("title").asString("no reason was given"),
                error.path("detail").asString("").indent(2).stripTrailing());
    }

    private void addresses(PublicApi api, String experiment, Map<String, JsonNode> jobs) {
        out.printf("%nWhere to look:%n");
        out.printf("  %-9s %s%n", "pages", api.url("/experiments/" + experiment));
        out.printf("  %-9s %s%n", "API", api.url("/swagger-ui.html"));
        out.printf(
                "  %-9s %s%n",
                "trade-off", api.url("/api/v1/experiments/" + experiment + "/tradeoff"));
        jobs.forEach(
                (id, job) ->
                        out.printf(
                                "  %-9s %s%n",
                                job.path("name").asString(""), api.url("/api/v1/jobs/" + id)));
        out.printf(
                "  %-9s %s%n", "report", api.url("/api/v1/experiments/" + experiment + "/report"));
        out.printf("%nThe service goes on; Ctrl-C ends it.%n");
    }
}
