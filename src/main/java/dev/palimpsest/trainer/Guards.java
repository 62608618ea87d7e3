package dev.palimpsest.trainer;

import dev.palimpsest.spec.Guard;
import dev.palimpsest.spec.Guard.Action;
import dev.palimpsest.trainer.Run.Measurement;
import dev.palimpsest.trainer.Run.Past;
import dev.palimpsest.training.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a run to the bounds of its spec. Each measurement is judged once, whichever attempt made
 * it; a number that is none breaks no bound.
 */
final class Guards {
    private final List<Guard> guards;
    private final Plan plan;
    private final Map<String, SortedMap<Long, Double>> measured = new TreeMap<>();
    private long judged;
    private boolean ended;

    /**
     * A bound that was broken.
     *
     * @param resultStep of the checkpoint that is the run's result; none where it goes on or there
     *     is no checkpoint to go back to
     */
    record Act(Guard guard, List<Measurement> values, @Nullable Long resultStep, String words) {}

    /** What broke a bound, and the last step before that. */
    private record Breach(Guard guard, List<Measurement> values, long good, String words) {}

    Guards(Run run, Plan plan) {
        this.guards = run.spec().guards();
        this.plan = plan;
        this.judged = run.past().judged();
        this.ended = run.past().ended();
        for (String metric : Past.WATCHED) measured.put(metric, new TreeMap<>());
        for (Measurement one : run.past().measured()) add(one.metric(), one.step(), one.value());
    }

    /** What the owner of the run should know about its guards. */
    List<String> warnings() {
        int points = plan.evaluations().size() - 1;
        List<String> warnings = new ArrayList<>();
        for (int i = 0; i < guards.size(); i++)
            if (points < guards.get(i).leastPoints())
                warnings.add(
                        "guard %d can never act: it takes %d points before the end of the run, which has %d"
                                .formatted(i + 1, guards.get(i).leastPoints(), points));
        return warnings;
    }

    /** Whether the run is over, as a guard ended it. */
    boolean endAt(long step) {
        return ended && step >= judged;
    }

    /** Judges what was measured at a step by all guards; the act that goes furthest is the one. */
    Optional<Act> judge(long step, Map<String, Double> values) {
        for (String metric : measured.keySet()) {
            Double value = values.get(metric);
            if (value != null) add(metric, step, value);
        }
        if (step <= judged) return Optional.empty();
        Optional<Breach> furthest =
                guards.stream()
                        .filter(guard -> step < plan.steps() || guard.action() == Action.GO_BACK)
                        .flatMap(guard -> breach(guard, step).stream())
                        .max(Comparator.comparing(breach -> breach.guard().action()));
        if (furthest.isEmpty()) return Optional.empty();
        judged = step;
        ended = furthest.get().guard().action() != Action.PAUSE;
        return furthest.map(breach -> act(breach, step));
    }

    /** The run went back to a step: what follows is measured and judged anew. */
    void forgetAfter(long step) {
        measured.values().forEach(values -> values.tailMap(step + 1).clear());
        if (step >= judged) return;
        judged = step;
        ended = false;
    }

    private void add(String metric, long step, double value) {
        SortedMap<Long, Double> values = measured.get(metric);
        if (values != null && Double.isFinite(value)) values.put(step, value);
    }

    private Optional<Breach> breach(Guard guard, long step) {
        return switch (guard) {
            case Guard.Forgetting forgetting -> breach(forgetting, step);
            case Guard.ValidationLoss loss -> breach(loss, step);
        };
    }

    private Optional<Breach> breach(Guard.Forgetting guard, long step) {
        List<Measurement> newest = newestFirst(Past.FORGETTING, step);
        if (newest.isEmpty() || newest.getFirst().value() <= guard.above()) return Optional.empty();
        Measurement broken = newest.getFirst();
        return Optional.of(
                new Breach(
                        guard,
                        List.of(broken),
                        newest.stream()
                                .filter(one -> one.value() <= guard.above())
                                .mapToLong(Measurement::step)
                                .findFirst()
                                .orElse(0),
                        String.format(
                                Locale.ROOT,
                                "forgetting was %.4f at step %d, above the guard's %s",
                                broken.value(),
                                step,
                                guard.above())));
    }

    private Optional<Breach> breach(Guard.ValidationLoss guard, long step) {
        List<Measurement> newest = newestFirst(Past.VALIDATION_LOSS, step);
        if (newest.size() <= guard.rises()) return Optional.empty();
        List<Measurement> rising = newest.subList(0, guard.rises() + 1).reversed();
        for (int i = 1; i < rising.size(); i++)
            if (rising.get(i).value() <= rising.get(i - 1).value()) return Optional.empty();
        return Optional.of(
                new Breach(
                        guard,
                        List.copyOf(rising),
                        rising.getFirst().step(),
                        String.format(
                                Locale.ROOT,
                                "the validation loss rose %s, from %.4f at step %d to %.4f at step %d",
                                guard.rises() == 1 ? "once" : guard.rises() + " times in a row",
                                rising.getFirst().value(),
                                rising.getFirst().step(),
                                rising.getLast().value(),
                                step)));
    }

    /** Measurements up to a step that is among them; none where it is not. */
    private List<Measurement> newestFirst(String metric, long step) {
        SortedMap<Long, Double> values = measured.getOrDefault(metric, new TreeMap<>());
        if (!values.containsKey(step)) return List.of();
        List<Measurement> oldestFirst = new ArrayList<>();
        values.headMap(step + 1)
                .forEach((at, value) -> oldestFirst.add(new Measurement(metric, at, value)));
        return oldestFirst.reversed();
    }

    private static Act act(Breach breach, long step) {
        @Nullable Long result =
                switch (breach.guard().action()) {
                    case PAUSE -> null;
                    case STOP -> step;
                    case GO_BACK -> breach.good() > 0 ? breach.good() : null;
                };
        String done =
                switch (breach.guard().action()) {
                    case PAUSE -> "the run was paused";
                    case STOP -> "the run was stopped";
                    case GO_BACK ->
                            result == null
                                    ? "the run has ended, with no good checkpoint to go back to"
                                    : "the run has ended, and its result is the checkpoint of step "
                                            + result;
                };
        return new Act(breach.guard(), breach.values(), result, breach.words() + "; " + done);
    }
}
