package dev.palimpsest.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.metrics.Metrics.Measured;
import dev.palimpsest.metrics.Metrics.Place;
import dev.palimpsest.metrics.Metrics.Reached;
import dev.palimpsest.metrics.Metrics.Reading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

/** Points that are told in batches lie in chunks, and nobody who reads them can tell. */
@ServiceTest
class ChunkTests {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456Z");
    private static final LongToDoubleFunction WAVES = step -> Math.sin(step / 50.0) + step / 1e4;

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Metrics metrics;
    private SomeJobs some;
    private String experiment;
    private String job;

    @BeforeEach
    void aJobThatIsTrainedElsewhere() {
        some = new SomeJobs(context);
        experiment = some.experiment();
        job = running();
    }

    @Test
    void aBatchLiesInChunksAndReadsAsThoughItsPointsLayAlone() {
        tell(job, 1, 1);
        tell(job, 2, 1000);
        String alone = running();
        metrics.fileReadings(alone, readings(1, 1000));

        assertThat(chunks(job)).isEqualTo(8); // a thousand steps touch eight blocks
        assertThat(chunks(alone)).isZero();
        for (String asked :
                List.of(
                        "",
                        "from_step=100&to_step=300",
                        "max_points=10",
                        "max_points=400&from_step=5"))
            assertThat(points(job, asked)).as(asked).isNotEmpty().isEqualTo(points(alone, asked));
        assertThat(metrics.keys(job)).isEqualTo(metrics.keys(alone));
        assertThat(metrics.finite(job, "loss")).isEqualTo(metrics.finite(alone, "loss"));
        assertThat(metrics.standing(job, List.of(new Place("loss", 500), new Place("loss", 5000))))
                .isEqualTo(Map.of(new Place("loss", 500), WAVES.applyAsDouble(500)));
    }

    @Test
    void aLongSeriesIsThinnedByTheExtremesOfItsChunks() {
        tell(job, 1, 1);
        for (long from = 2; from < 100_000; from += 10_000)
            metrics.tell(job, reached(from + 9_999), spiked(from, from + 9_999));

        List<MetricPoint> thinned = points(job, "max_points=500");

        assertThat(thinned).hasSizeBetween(450, 500).contains(new MetricPoint(61_803, 1e9, NOW));
        assertThat(thinned).extracting(MetricPoint::step).isSorted().doesNotHaveDuplicates();
        assertThat(thinned.getFirst().step()).isEqualTo(1);
        assertThat(thinned.getLast().step()).isEqualTo(100_001);
    }

    @Test
    void aBatchThatIsToldAgainIsKnownAndOneThatContradictsIsNotFiled() {
        tell(job, 1, 1);
        tell(job, 2, 300);

        assertThat(metrics.tell(job, reached(300), readings(2, 300))).isEqualTo(OptionalLong.of(0));
        assertThat(metrics.tell(job, reached(310), readings(290, 310)))
                .isEqualTo(OptionalLong.of(10));
        assertThat(metrics.tell(job, reached(400), List.of(new Reading("loss", 100, 7, NOW))))
                .isEmpty();
        assertThat(points(job, "")).hasSize(310);
    }

    @Test
    void aPointInAChunkIsChangedAndARunThatWentBackLosesWhatCameAfter() {
        tell(job, 1, 1);
        tell(job, 2, 600);

        metrics.fileScores(job, List.of(new Measured(200, Map.of("loss", 1e9), NOW)));
        assertThat(points(job, "max_points=10")).contains(new MetricPoint(200, 1e9, NOW));
        metrics.fileNewest(job, List.of(new Reading("loss", 10, -5, NOW.plusSeconds(1))));
        metrics.forgetAfter(job, 450);

        assertThat(points(job, ""))
                .hasSize(450)
                .contains(new MetricPoint(10, -5.0, NOW.plusSeconds(1)));
        assertThat(metrics.keys(job))
                .containsExactly(
                        new Metrics.Latest(
                                "loss", new MetricPoint(450, WAVES.applyAsDouble(450), NOW)));
        assertThat(metrics.tokensAt(job, 450)).isEmpty();
        assertThat(metrics.tell(job, reached(460), readings(451, 460)))
                .isEqualTo(OptionalLong.of(10));
        assertThat(
                        metrics.file(job, List.of(new Measured(461, Map.of("loss", 1.0), NOW)))
                                .pointsOfJob())
                .isEqualTo(461);
    }

    @Test
    void whatWasTrainedOnByAStepIsReadFromAChunk() {
        metrics.tell(job, reached(0), List.of(new Reading("train/tokens", 0, 0, NOW)));
        metrics.tell(
                job,
                reached(1000),
                LongStream.rangeClosed(1, 100)
                        .mapToObj(i -> new Reading("train/tokens", 10 * i, 1000.0 * i, NOW))
                        .toList());

        assertThat(metrics.tokensAt(job, 505)).isEqualTo(OptionalLong.of(50_000));
        assertThat(metrics.tokensAt(job, 5)).isEqualTo(OptionalLong.of(0));
    }

    @Test
    void ofManyWhoTellAtOnceEachIsAnsweredForItself() throws Exception {
        List<String> jobs = LongStream.range(0, 8).mapToObj(_ -> running()).toList();
        for (String one : jobs) tell(one, 1, 1);
        String ended = running();
        tell(ended, 1, 1);
        database.sql("update jobs set status = 'cancelled' where id = ?").param(ended).update();

        try (ExecutorService clients = Executors.newFixedThreadPool(9)) {
            List<Future<?>> all = new ArrayList<>();
            for (String one : jobs)
                all.add(
                        clients.submit(
                                () -> {
                                    for (int step = 2; step <= 50; step++)
                                        assertThat(
                                                        metrics.tell(
                                                                one,
                                                                reached(step),
                                                                readings(step, step)))
                                                .isEqualTo(OptionalLong.of(1));
                                }));
            all.add(
                    clients.submit(
                            () -> {
                                for (int step = 2; step <= 50; step++)
                                    assertThat(
                                                    metrics.tell(
                                                            ended,
                                                            reached(step),
                                                            readings(step, step)))
                                            .isEmpty();
                            }));
            for (Future<?> one : all) one.get();
        }

        for (String one : jobs) assertThat(metrics.finite(one, "loss")).hasSize(50);
        assertThat(metrics.finite(ended, "loss")).hasSize(1);
        assertThat(
                        database.sql("select step from jobs where id = ?")
                                .param(jobs.getFirst())
                                .query(Long.class)
                                .single())
                .isEqualTo(50);
    }

    @Test
    void whatLiesInChunksGoesWithItsJob() {
        tell(job, 1, 1);
        tell(job, 2, 100);
        long series =
                database.sql("select id from metric_series where job = ?")
                        .param(job)
                        .query(Long.class)
                        .single();

        database.sql("delete from jobs where id = ?").param(job).update();

        assertThat(
                        database.sql("select count(*) from series_chunks where series = ?")
                                .param(series)
                                .query(Long.class)
                                .single())
                .isZero();
    }

    private String running() {
        String id = some.queued(experiment).id();
        database.sql(
                        """
                        update jobs set status = 'running', spec = jsonb_set(spec, '{executor}', '"external"') where id = ?""")
                .param(id)
                .update();
        return id;
    }

    private void tell(String told, long from, long to) {
        assertThat(metrics.tell(told, reached(to), readings(from, to)))
                .isEqualTo(OptionalLong.of(to - from + 1));
    }

    private static Reached reached(long step) {
        return new Reached(step, 0, 1_000_000, 100);
    }

    private static List<Reading> readings(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(step -> new Reading("loss", step, WAVES.applyAsDouble(step), NOW))
                .toList();
    }

    private static List<Reading> spiked(long from, long to) {
        return readings(from, to).stream()
                .map(one -> one.step() == 61_803 ? new Reading("loss", 61_803, 1e9, NOW) : one)
                .toList();
    }

    private long chunks(String of) {
        return database.sql(
                        "select count(*) from series_chunks c join metric_series s on s.id = c.series where s.job = ?")
                .param(of)
                .query(Long.class)
                .single();
    }

    private List<MetricPoint> points(String of, String query) {
        JsonNode points =
                new Api(client)
                        .get("jobs/%s/metrics?keys=loss&%s".formatted(of, query))
                        .at("/data/0/points");
        return points.valueStream()
                .map(
                        point ->
                                new MetricPoint(
                                        point.get("step").asLong(),
                                        point.get("value").asDouble(),
                                        Instant.parse(point.get("at").stringValue())))
                .toList();
    }
}
