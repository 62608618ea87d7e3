package dev.palimpsest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.metrics.Metrics.Measured;
import dev.palimpsest.metrics.Metrics.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
class MetricSeriesTests {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Metrics metrics;
    private String experiment;
    private String job;
    private Api api;

    @BeforeEach
    void aJob() {
        experiment = new SomeJobs(context).experiment();
        job = new SomeJobs(context).queued(experiment).id();
        api = new Api(client);
    }

    @Test
    void aBatchThatIsFiledAgainChangesNothing() {
        List<Measured> batch = List.of(at(1, 2.5), at(2, Double.NaN), at(3, 1.5));

        Metrics.Filed first = metrics.file(job, batch);
        Metrics.Filed again = metrics.file(job, batch);
        Metrics.Filed other = metrics.file(job, List.of(at(2, 7.0), at(4, 1.0)));

        assertThat(first).isEqualTo(new Metrics.Filed(3, 3, 1));
        assertThat(again).isEqualTo(new Metrics.Filed(0, 3, 1));
        assertThat(other).isEqualTo(new Metrics.Filed(1, 4, 1));
        assertThat(metrics.standing(job, List.of(new Place("loss", 2))))
                .containsExactly(Map.entry(new Place("loss", 2), Double.NaN));
    }

    @Test
    void whatIsNoNumberIsKept() {
        metrics.file(
                job,
                List.of(
                        at(1, Double.NaN),
                        at(2, Double.POSITIVE_INFINITY),
                        at(3, Double.NEGATIVE_INFINITY)));

        assertThat(
                        database.sql("select value from metric_points where job = ? order by step")
                                .param(job)
                                .query(Double.class)
                                .list())
                .containsExactly(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        assertThat(newest()).isEqualTo(new MetricPoint(3, null, NOW));
    }

    @Test
    void theNewestPointIsThatOfTheLastStepWheneverItWasFiled() {
        metrics.file(job, List.of(at(5, 0.5), at(9, 0.9)));
        metrics.file(job, List.of(at(7, 0.7)));
        assertThat(newest()).isEqualTo(new MetricPoint(9, 0.9, NOW));

        metrics.fileScores(job, List.of(at(9, 1.9)));
        assertThat(newest()).isEqualTo(new MetricPoint(9, 1.9, NOW));
        assertThat(metrics.last(List.of(job), "loss")).containsEntry(job, 1.9);
    }

    @Test
    void aRunThatWentBackHasTheNewestPointThatIsLeft() {
        metrics.file(job, List.of(at(1, 0.1), at(5, 0.5), at(9, 0.9)));
        metrics.file(job, List.of(new Measured(8, Map.of("late", 1.0), NOW)));

        metrics.forgetAfter(job, 5);

        assertThat(metrics.keys(job))
                .containsExactly(new Metrics.Latest("loss", new MetricPoint(5, 0.5, NOW)));
        assertThat(metrics.file(job, List.of(at(6, 0.6)))).isEqualTo(new Metrics.Filed(1, 3, 1));
        assertThat(newest()).isEqualTo(new MetricPoint(6, 0.6, NOW));
    }

    @Test
    void whatAJobMeasuredGoesWithIt() {
        metrics.file(job, List.of(at(1, 0.1), at(2, 0.2)));
        long series =
                database.sql("select id from metric_series where job = ?")
                        .param(job)
                        .query(Long.class)
                        .single();

        database.sql("delete from jobs where id = ?").param(job).update();

        assertThat(
                        database.sql("select count(*) from series_points where series = ?")
                                .param(series)
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void aThinnedSeriesKeepsASpikeAmongAHundredThousandPoints() {
        fill(100_000, step -> step == 61_803 ? 1e9 : Math.sin(step / 1e4));

        for (int most : new int[] {1000, 100}) { // by points, and by the extremes of blocks
            List<MetricPoint> thinned = points("max_points=" + most);
            assertThat(thinned).hasSizeBetween(most * 9 / 10, most);
            assertThat(thinned).extracting(MetricPoint::step).isSorted().doesNotHaveDuplicates();
            assertThat(thinned.getFirst().step()).isEqualTo(1);
            assertThat(thinned.getLast().step()).isEqualTo(100_000);
            assertThat(thinned).contains(new MetricPoint(61_803, 1e9, NOW));
        }
    }

    @Test
    void theExtremesOfALongSeriesAreThoseOfItsPointsWhateverBecameOfThem() {
        fill(5000, step -> step == 1000 || step == 4000 ? 1e9 : step);
        metrics.fileScores(job, List.of(at(1000, 7.0), at(2000, -1e9)));
        metrics.file(job, List.of(at(6000, 2e9)));

        metrics.forgetAfter(job, 3999);

        assertThat(points("max_points=20"))
                .contains(new MetricPoint(2000, -1e9, NOW), new MetricPoint(3999, 3999.0, NOW))
                .noneMatch(point -> point.value() != null && point.value() >= 1e9)
                .extracting(MetricPoint::step)
                .doesNotContain(4000L, 6000L);
    }

    @Test
    void ofEachPartTheSmallestAndTheGreatestValueStay() {
        fill(22, step -> step % 5 == 3 ? -step : step % 7 == 0 ? 100 + step : 0);

        // between the first and the last four parts of five steps: 2 to 6, 7 to 11, 12 to 16, 17 to
        // 21
        assertThat(points("max_points=10"))
                .extracting(MetricPoint::step)
                .startsWith(1L)
                .endsWith(22L)
                .contains(3L, 7L, 8L, 13L, 14L, 18L, 21L);
        assertThat(points("max_points=10")).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void nanAndTheInfinitiesAreExtremes() {
        fill(
                5000,
                step ->
                        switch ((int) step) {
                            case 700 -> Double.NaN;
                            case 2500 -> Double.POSITIVE_INFINITY;
                            case 4000 -> Double.NEGATIVE_INFINITY;
                            default -> step;
                        });

        assertThat(points("max_points=20"))
                .filteredOn(point -> point.value() == null)
                .extracting(MetricPoint::step)
                .containsExactly(700L, 2500L, 4000L);
    }

    @Test
    void neverMorePointsComeThanAreAskedFor() {
        fill(1000, step -> 1);
        for (int most : new int[] {2, 3, 4, 5, 17, 100, 999}) {
            List<MetricPoint> points = points("max_points=" + most);
            assertThat(points).hasSizeBetween(2, most);
            assertThat(points.getFirst().step()).isEqualTo(1);
            assertThat(points.getLast().step()).isEqualTo(1000);
        }
        assertThat(points("max_points=1000")).hasSize(1000).isEqualTo(points(""));
        assertThat(points("max_points=100&from_step=11&to_step=20")).hasSize(10);
    }

    @Test
    void clientsThatWriteTheSameSeriesAtOnceFileEachPointOnce() throws Exception {
        List<String> keys = List.of("a", "b", "c", "d", "e", "f");
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Future<Long>> answers = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                int offset = i;
                answers.add(
                        clients.submit(
                                () ->
                                        metrics.file(job, turned(keys, offset, offset / 8))
                                                .points()));
            }
            long filed = 0;
            for (Future<Long> answer : answers) filed += answer.get();
            assertThat(filed).isEqualTo(10 * 6 * 3); // each point by one of eight
        }
        assertThat(metrics.keys(job))
                .hasSize(6)
                .allSatisfy(key -> assertThat(key.last().step()).isEqualTo(29));
    }

    /** Three steps of all keys, which begin elsewhere each time. */
    private static List<Measured> turned(List<String> keys, int offset, int batch) {
        return IntStream.range(0, 18)
                .mapToObj(
                        i ->
                                new Measured(
                                        batch * 3L + i / 6,
                                        Map.of(keys.get((i + offset) % 6), 1.0),
                                        NOW))
                .toList();
    }

    private static Measured at(long step, double value) {
        return new Measured(step, Map.of("loss", value), NOW);
    }

    private void fill(int steps, LongToDoubleFunction value) {
        metrics.file(
                job,
                LongStream.rangeClosed(1, steps)
                        .mapToObj(step -> at(step, value.applyAsDouble(step)))
                        .toList());
    }

    private MetricPoint newest() {
        return metrics.keys(job).getFirst().last();
    }

    private List<MetricPoint> points(String query) {
        JsonNode points =
                api.get("jobs/%s/metrics?keys=loss&%s".formatted(job, query)).at("/data/0/points");
        return points.valueStream()
                .map(
                        point ->
                                new MetricPoint(
                                        point.get("step").asLong(),
                                        point.get("value").isNull()
                                                ? null
                                                : point.get("value").asDouble(),
                                        Instant.parse(point.get("at").stringValue())))
                .toList();
    }
}
