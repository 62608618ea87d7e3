package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.figures.Axis;
import dev.palimpsest.figures.Chart;
import dev.palimpsest.jobs.Runs.Place;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.metrics.Evaluations.Sampled;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiversityTests {
    private static final Score NONE = new Score(Optional.empty(), Optional.empty());

    private final List<Run> runs = new ArrayList<>();
    private final List<Material.Point> points = new ArrayList<>();
    private final List<Sampled> sampled = new ArrayList<>();

    @Test
    void theEndsOfEqualRunsStandBesideTheBaseModel() {
        run("job_1", "full", 1, 20.0, 0.3);
        run("job_2", "full", 2, 22.0, 0.4);
        run("job_3", "lora", 1, 30.0, 0.2);
        sampled.add(new Sampled("job_1", 0, "programs", measures(40.0, 0.1)));
        sampled.add(new Sampled("job_1", 5, "programs", measures(1.0, 0.9))); // on the way

        Diversity.Asked asked = diversity().tasks().getFirst();

        assertThat(asked.base().distinct().mean()).isEqualTo(40);
        assertThat(asked.base().passAt().get(1).of()).isEqualTo(Estimate.Source.ITEMS);
        assertThat(asked.groups()).hasSize(2);
        Diversity.Group full = asked.groups().getFirst();
        assertThat(full.runs()).isEqualTo(2);
        assertThat(full.samples().distinct().mean()).isEqualTo(21);
        assertThat(full.samples().distinct().stderr()).isCloseTo(1, within(1e-12));
        assertThat(full.samples().distinctPassed().mean()).isCloseTo(21 * 0.25, within(1e-12));
        assertThat(full.samples().distinctFailed().mean()).isCloseTo(21 * 0.75, within(1e-12));
        assertThat(full.samples().passAt().get(2).mean()).isCloseTo(0.7, within(1e-12));
        assertThat(full.checkpoints()).containsExactly("ckpt_job_1", "ckpt_job_2");
    }

    @Test
    void aFigureShowsTheLongestRunsOfEachGroup() {
        run("job_1", "full", 1, 20.0, 0.3);
        sampled.add(new Sampled("job_1", 0, "programs", measures(40.0, 0.1)));
        Diversity diversity = diversity();

        Chart distinct = diversity.chart(diversity.tasks().getFirst(), false);
        Chart solved = diversity.chart(diversity.tasks().getFirst(), true);

        assertThat(distinct.x().categories()).containsExactly("base model", "all jobs");
        assertThat(distinct.series())
                .extracting(one -> one.name())
                .containsExactly("passing", "failing");
        assertThat(distinct.series().getFirst().points().get(1).y()).isEqualTo(5);
        assertThat(solved.x().scale()).isEqualTo(Axis.Scale.LOG);
        assertThat(solved.series().get(1).points())
                .extracting(point -> point.x())
                .containsExactly(1.0, 2.0);
    }

    @Test
    void asCsvEachMeasureHasALineOfTheBaseModelAndOfEachGroup() {
        run("job_1", "full", 1, 20.0, 0.3);
        run("job_2", "lora", 1, 30.0, 0.2);
        sampled.add(new Sampled("job_1", 0, "programs", measures(40.0, 0.1)));

        assertThat(diversity().csv().lines())
                .hasSize(1 + 3 * 5)
                .startsWith(
                        "task,model,method.type,kind,tokens,runs,measure,value,value_stderr,value_low,value_high")
                .anyMatch(line -> line.startsWith("programs,base,,,,,distinct,40.0,0.5,39."))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "programs,finetuned,lora,final,1000.0,1,pass@2,0.4,0.05,0.3"));
    }

    @Test
    void anExperimentWhoseTasksDrawOneSampleHasNone() {
        assertThat(diversity().tasks()).isEmpty();
    }

    private Diversity diversity() {
        return Diversity.of(
                new Material.Scored(Optional.empty(), runs, points), Grouping.of(runs), sampled);
    }

    private void run(String job, String method, int seed, double distinct, double solved) {
        Run run =
                new Run(
                        job,
                        Status.SUCCEEDED,
                        method,
                        Binder.JSON.readTree(
                                "{\"method\": {\"type\": \"%s\"}, \"training\": {\"seed\": %d}}"
                                        .formatted(method, seed)),
                        10L);
        runs.add(run);
        points.add(
                new Material.Point(
                        run,
                        new Place("ckpt_" + job, job, 10, 1, 1000, "model"),
                        Kind.FINAL,
                        NONE,
                        NONE,
                        false));
        sampled.add(new Sampled(job, 10, "programs", measures(distinct, solved)));
    }

    private static Map<String, Measure> measures(double distinct, double solved) {
        return Map.of(
                "distinct", new Measure(distinct, 0.5),
                "distinct_passed", new Measure(distinct * 0.25, 0.5),
                "distinct_failed", new Measure(distinct * 0.75, 0.5),
                "pass@1", new Measure(solved, 0.05),
                "pass@2", new Measure(solved * 2, 0.05));
    }
}
