package dev.palimpsest.openai;

import dev.palimpsest.events.JobEvents;
import dev.palimpsest.metrics.Histories;
import dev.palimpsest.metrics.MetricPoint;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.web.BadParameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What happened to a job and what it measured, as one list. */
@Component
class FineTuningEvents {
    private static final Pattern ID = Pattern.compile("ftevent-(message|metrics)-(\\d{1,18})");

    /** Of a longer run not every step is told. */
    private static final int MOST_POINTS = 10_000;

    private final JobEvents events;
    private final Metrics metrics;
    private final Histories histories;

    FineTuningEvents(JobEvents events, Metrics metrics, Histories histories) {
        this.events = events;
        this.metrics = metrics;
        this.histories = histories;
    }

    /** The newest first. */
    List<FineTuningEvent> page(String job, String after, int limit) {
        Stream<FineTuningEvent.Placed> all =
                Stream.concat(
                                events.after(job, 0, Integer.MAX_VALUE).stream()
                                        .map(FineTuningEvent.Placed::of),
                                measured(job))
                        .sorted(FineTuningEvent.Placed.NEWEST_FIRST);
        return (after.isEmpty() ? all : since(all, after))
                .limit(limit)
                .map(FineTuningEvent.Placed::event)
                .toList();
    }

    /** What is older than an event, also if that one is told no more. */
    private static Stream<FineTuningEvent.Placed> since(
            Stream<FineTuningEvent.Placed> all, String after) {
        Matcher id = ID.matcher(after);
        if (!id.matches()) throw new BadParameter("after", "must be the id of an event");
        boolean measured = id.group(1).equals("metrics");
        long number = Long.parseLong(id.group(2));
        return all.dropWhile(event -> event.measured() != measured || event.number() > number)
                .filter(event -> event.measured() != measured || event.number() != number);
    }

    private Stream<FineTuningEvent.Placed> measured(String job) {
        Map<Long, Double> valid = new HashMap<>(metrics.finite(job, "validation/loss"));
        List<String> keys = List.of("train/loss");
        return histories
                .of(
                        job,
                        new Histories.Question(
                                keys, 0, Long.MAX_VALUE, OptionalInt.of(MOST_POINTS)))
                .stream()
                .flatMap(series -> series.points().stream())
                .map(point -> measured(point, valid));
    }

    private static FineTuningEvent.Placed measured(MetricPoint point, Map<Long, Double> valid) {
        return FineTuningEvent.Placed.measured(
                point.step(), point.at(), point.value(), valid.get(point.step()));
    }
}
