package dev.palimpsest.advice;

import dev.palimpsest.analysis.Estimate.Value;
import dev.palimpsest.spec.Binder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** Runs whose scores are known; the base model learned 0.1. */
final class Planted {
    private static final double[] LUCK = {-0.004, 0.001, 0.003};

    private final List<Ended> runs = new ArrayList<>();
    private final Map<String, JsonNode> specs = new HashMap<>();
    private OptionalDouble stderr = OptionalDouble.of(0.01);
    private int seeds = 3;
    private int tokens = 1000;

    static Condition full() {
        return new Condition(false, 0, 0, "", "", 0, 0, "10 steps", "");
    }

    static Condition lora(int rank) {
        return lora(rank, 2 * rank, "all");
    }

    static Condition lora(int rank, double alpha, String targets) {
        return new Condition(true, rank, alpha, targets, "", 0, 0, "10 steps", "");
    }

    static Condition regularised(double weightDecay, double attentionDropout) {
        return new Condition(false, 0, 0, "", "", weightDecay, attentionDropout, "10 steps", "");
    }

    static Condition longer(Condition condition, String length) {
        return new Condition(
                condition.lora(),
                condition.rank(),
                condition.alpha(),
                condition.targets(),
                condition.variant(),
                condition.weightDecay(),
                condition.attentionDropout(),
                length,
                condition.rest());
    }

    Planted seeds(int count) {
        seeds = count;
        return this;
    }

    Planted nothingKnownOfErrors() {
        stderr = OptionalDouble.empty();
        return this;
    }

    Planted tokens(int count) {
        tokens = count;
        return this;
    }

    /** A run a seed at a rate, which are a little lucky or not, all runs of a seed alike. */
    Planted run(Condition condition, double rate, double learning, double forgetting) {
        for (int seed = 1; seed <= seeds; seed++)
            add(condition, rate, seed, learning + LUCK[seed - 1], forgetting + 2 * LUCK[seed - 1]);
        return this;
    }

    /** Seeds that have luck of their own, as large as told. */
    Planted noisy(Condition condition, double rate, double learning, double luck) {
        for (int seed = 1; seed <= seeds; seed++)
            add(condition, rate, seed, learning + (seed - 2) * luck, 0.01);
        return this;
    }

    Planted diverged(Condition condition, double rate) {
        for (int seed = 1; seed <= seeds; seed++)
            runs.add(new Ended(job(), condition, rate, seed, true, "", 0, 0, Map.of()));
        return this;
    }

    Planted distinct(double base, double ofFull, double ofLora) {
        runs.replaceAll(
                run -> {
                    Map<Measured, Value> values = new EnumMap<>(run.values());
                    double its = run.condition().lora() ? ofLora : ofFull;
                    double luck = run.seed() * (run.condition().lora() ? 0.01 : 0.02);
                    values.put(Measured.DISTINCT, value(its + luck));
                    values.put(Measured.DISTINCT_LOST, value(base - its - luck));
                    return new Ended(
                            run.job(),
                            run.condition(),
                            run.rate(),
                            run.seed(),
                            run.diverged(),
                            run.checkpoint(),
                            run.tokens(),
                            run.epoch(),
                            values);
                });
        return this;
    }

    private void add(
            Condition condition, double rate, long seed, double learning, double forgetting) {
        Map<Measured, Value> values = new EnumMap<>(Measured.class);
        values.put(Measured.LEARNING, value(learning));
        values.put(Measured.FORGETTING, value(forgetting));
        values.put(Measured.BASE_LEARNING, value(0.1));
        String job = job();
        runs.add(new Ended(job, condition, rate, seed, false, "ckpt_" + job, tokens, 1, values));
        specs.put(
                job,
                Binder.JSON.readTree(
                        condition.lora()
                                ? "{\"regime\": \"instruction\", \"method\": {\"type\": \"lora\", \"rank\": %d, \"alpha\": %s}, \"training\": {\"max_steps\": 10, \"seed\": 1}}"
                                        .formatted(condition.rank(), condition.alpha())
                                : "{\"regime\": \"instruction\", \"method\": {\"type\": \"full\"}, \"training\": {\"max_steps\": 10, \"seed\": 1}}"));
    }

    private String job() {
        return "job_%03d".formatted(runs.size());
    }

    private Value value(double value) {
        return new Value(value, stderr);
    }

    Evidence evidence() {
        return Evidence.of(runs, "accuracy");
    }

    NextRuns next() {
        return new NextRuns("exp_1", specs);
    }

    Claim claim(Statement statement) {
        return Claims.of("exp_1", Advisor.judged(evidence(), List.of(), next())).claims().stream()
                .filter(
                        claim ->
                                claim.id()
                                        .equals(
                                                statement
                                                        .name()
                                                        .toLowerCase(java.util.Locale.ROOT)))
                .findAny()
                .orElseThrow();
    }

    Recommendation recommendation() {
        return Recommendation.of("exp_1", evidence(), next());
    }

    Advice advice(String part) {
        return recommendation().parts().stream()
                .filter(one -> one.part().equals(part))
                .findAny()
                .orElseThrow();
    }
}
