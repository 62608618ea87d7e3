package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.analysis.Curves.Kind;
import dev.palimpsest.evaluation.Score;
import dev.palimpsest.jobs.Runs.Place;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.spec.Binder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EqualLengthTests {
    private static final Score NONE = new Score(Optional.empty(), Optional.empty());

    @Test
    void seedsOfOneLengthAreOnePointThoughTheirTokensDiffer() {
        List<Material.Point> points =
                List.of(
                        point("job_1", 1, 10, Kind.FINAL, 1000),
                        point("job_2", 2, 10, Kind.FINAL, 1010),
                        point("job_3", 1, 20, Kind.FINAL, 2000),
                        point("job_3", 1, 20, Kind.HOT, 1004));
        List<Run> runs = points.stream().map(Material.Point::run).distinct().toList();

        Curves curves =
                Curves.of(
                        new Material.Scored(Optional.empty(), runs, points),
                        Grouping.of(runs),
                        Curves.Axis.TOKENS);

        assertThat(curves.curves()).hasSize(2);
        assertThat(curves.curves().getFirst().points())
                .extracting(Curves.Point::x)
                .containsExactly(1005.0, 2000.0);
        assertThat(curves.curves().getFirst().points())
                .extracting(Curves.Point::runs)
                .containsExactly(2, 1);
        assertThat(curves.curves().getLast().points()).hasSize(1);
    }

    private static Material.Point point(String job, int seed, int steps, Kind kind, long tokens) {
        Run run =
                new Run(
                        job,
                        Status.SUCCEEDED,
                        "full",
                        Binder.JSON.readTree(
                                "{\"method\": {\"type\": \"full\"}, \"training\": {\"seed\": %d, \"max_steps\": %d}}"
                                        .formatted(seed, steps)),
                        (long) steps);
        Place place =
                new Place("ckpt_" + tokens, job, kind == Kind.HOT ? 10 : steps, 1, tokens, "model");
        return new Material.Point(run, place, kind, NONE, NONE, false);
    }
}
