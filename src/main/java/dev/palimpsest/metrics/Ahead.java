package dev.palimpsest.metrics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Points of several jobs as {@code file_ahead} takes them (db/migration, V50): those of one block
 * of a series together as a chunk if they are some, and alone otherwise.
 */
final class Ahead {
    private static final String FILE =
            """
            select file_ahead(
                :jobs, :last_steps, :last_tokens, :most_points,
                :series_jobs, :keys, :firsts, :lasts, :counts, :last_values, cast(:last_times as timestamptz[]),
                :alone_series, :alone_steps, :alone_values, cast(:alone_times as timestamptz[]),
                :chunk_series, :froms, :tos, :time_froms, :time_tos, :leasts, :greatests, :steps, :values, cast(:times as timestamptz[]))
            """;

    private static final int BLOCK_BITS = 7;
    private static final int SMALLEST_CHUNK = 8;

    private final List<String> jobs = new ArrayList<>();
    private final LongStream.Builder lastSteps = LongStream.builder();
    private final LongStream.Builder lastTokens = LongStream.builder();
    private long mostPoints;

    private final IntStream.Builder seriesJobs = IntStream.builder();
    private final List<String> keys = new ArrayList<>();
    private final LongStream.Builder firsts = LongStream.builder();
    private final LongStream.Builder lasts = LongStream.builder();
    private final IntStream.Builder counts = IntStream.builder();
    private final DoubleStream.Builder lastValues = DoubleStream.builder();
    private final List<String> lastTimes = new ArrayList<>();

    private final IntStream.Builder aloneSeries = IntStream.builder();
    private final LongStream.Builder aloneSteps = LongStream.builder();
    private final DoubleStream.Builder aloneValues = DoubleStream.builder();
    private final List<String> aloneTimes = new ArrayList<>();

    private final IntStream.Builder chunkSeries = IntStream.builder();
    private final IntStream.Builder froms = IntStream.builder();
    private final IntStream.Builder tos = IntStream.builder();
    private final IntStream.Builder timeFroms = IntStream.builder();
    private final IntStream.Builder timeTos = IntStream.builder();
    private final IntStream.Builder leasts = IntStream.builder();
    private final IntStream.Builder greatests = IntStream.builder();
    private final LongStream.Builder steps = LongStream.builder();
    private final DoubleStream.Builder values = DoubleStream.builder();
    private final List<String> times = new ArrayList<>();
    private int chunked;

    private final Map<Instant, String> words = new HashMap<>(); // a batch has few times

    void add(String job, Metrics.Reached reached, Collection<Strand> strands) {
        jobs.add(job);
        lastSteps.add(reached.step());
        lastTokens.add(reached.tokens());
        mostPoints = reached.mostPoints();
        strands.forEach(this::add);
    }

    private void add(Strand strand) {
        seriesJobs.add(jobs.size());
        keys.add(strand.key);
        int last = strand.size() - 1;
        firsts.add(strand.step(0));
        lasts.add(strand.step(last));
        counts.add(strand.size());
        lastValues.add(strand.value(last));
        lastTimes.add(word(strand.at(last)));
        int from = 0;
        for (int to = 1; to <= strand.size(); to++) {
            if (to < strand.size() && block(strand, to) == block(strand, from)) continue;
            if (to - from >= SMALLEST_CHUNK) addChunk(strand, from, to);
            else for (int i = from; i < to; i++) addAlone(strand, i);
            from = to;
        }
    }

    private static long block(Strand strand, int i) {
        return strand.step(i) >> BLOCK_BITS;
    }

    private void addAlone(Strand strand, int i) {
        aloneSeries.add(keys.size());
        aloneSteps.add(strand.step(i));
        aloneValues.add(strand.value(i));
        aloneTimes.add(word(strand.at(i)));
    }

    private void addChunk(Strand strand, int from, int to) {
        int least = from;
        int greatest = from;
        boolean atOnce = true;
        for (int i = from; i < to; i++) {
            steps.add(strand.step(i));
            values.add(strand.value(i));
            if (Double.compare(strand.value(i), strand.value(least)) < 0) least = i;
            if (Double.compare(strand.value(i), strand.value(greatest)) > 0) greatest = i;
            atOnce &= strand.at(i).equals(strand.at(from));
        }
        chunkSeries.add(keys.size());
        froms.add(chunked + 1); // as PostgreSQL counts
        chunked += to - from;
        tos.add(chunked);
        leasts.add(least - from + 1);
        greatests.add(greatest - from + 1);
        timeFroms.add(times.size() + 1);
        for (int i = from; i < (atOnce ? from + 1 : to); i++) times.add(word(strand.at(i)));
        timeTos.add(times.size());
    }

    private String word(Instant time) {
        return words.computeIfAbsent(time, Instant::toString);
    }

    /** Whether it was filed, of each job. */
    Boolean[] file(JdbcClient database) {
        return database.sql(FILE)
                .param("jobs", jobs.toArray(String[]::new))
                .param("last_steps", lastSteps.build().toArray())
                .param("last_tokens", lastTokens.build().toArray())
                .param("most_points", mostPoints)
                .param("series_jobs", seriesJobs.build().toArray())
                .param("keys", keys.toArray(String[]::new))
                .param("firsts", firsts.build().toArray())
                .param("lasts", lasts.build().toArray())
                .param("counts", counts.build().toArray())
                .param("last_values", lastValues.build().toArray())
                .param("last_times", lastTimes.toArray(String[]::new))
                .param("alone_series", aloneSeries.build().toArray())
                .param("alone_steps", aloneSteps.build().toArray())
                .param("alone_values", aloneValues.build().toArray())
                .param("alone_times", aloneTimes.toArray(String[]::new))
                .param("chunk_series", chunkSeries.build().toArray())
                .param("froms", froms.build().toArray())
                .param("tos", tos.build().toArray())
                .param("time_froms", timeFroms.build().toArray())
                .param("time_tos", timeTos.build().toArray())
                .param("leasts", leasts.build().toArray())
                .param("greatests", greatests.build().toArray())
                .param("steps", steps.build().toArray())
                .param("values", values.build().toArray())
                .param("times", times.toArray(String[]::new))
                .query((row, _) -> (Boolean[]) row.getArray(1).getArray())
                .single();
    }
}
