package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Branch;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Budgets for each of which a model is trained (paper, section 4.1): by a run of its own, by a
 * branch that cools down from one trunk, or not cooled at all, as a snapshot of the longest run.
 *
 * @param cooldown of a branch, the part of its budget over which the rate falls to 0
 */
public record Ladder(
        Kind kind,
        @Default("[]") List<Double> epochs,
        @Default("[]") List<Long> tokens,
        @Default("[]") List<Long> steps,
        @Default("0.2") double cooldown) {
    private static final int MOST_RUNGS = 100;

    /** How the models of a ladder come about. */
    public enum Kind {
        RUNS,
        BRANCHES,
        HOT
    }

    /** What the budgets are counted in, and the field of a spec that says a length in it. */
    private enum Unit {
        EPOCHS("epochs", "training.epochs"),
        TOKENS("tokens", "training.max_tokens"),
        STEPS("steps", "training.max_steps");

        private final String word;
        private final String field;

        Unit(String word, String field) {
            this.word = word;
            this.field = field;
        }
    }

    public Ladder {
        epochs = List.copyOf(epochs);
        tokens = List.copyOf(tokens);
        steps = List.copyOf(steps);
        long units = Stream.of(epochs, tokens, steps).filter(list -> !list.isEmpty()).count();
        Faults faults = new Faults();
        faults.require(
                        units == 1,
                        "",
                        "exactly one of epochs, tokens and steps must list budgets, got " + units)
                .require(
                        cooldown > 0 && cooldown < 1,
                        "/cooldown",
                        "must be above 0 and below 1, got " + cooldown);
        ascending(epochs, "/epochs", faults);
        ascending(tokens, "/tokens", faults);
        ascending(steps, "/steps", faults);
        faults.raise();
    }

    private static void ascending(List<? extends Number> budgets, String at, Faults faults) {
        faults.require(
                budgets.size() <= MOST_RUNGS, at, "must be at most 100, got " + budgets.size());
        double before = 0;
        for (int i = 0; i < budgets.size(); i++) {
            double budget = budgets.get(i).doubleValue();
            faults.require(
                    budget > before,
                    at + "/" + i,
                    i == 0
                            ? "must be above 0, got " + budgets.get(i)
                            : "must be more than the budget before it, got " + budgets.get(i));
            before = Math.max(before, budget);
        }
    }

    /** The fields of a job spec that it says, which neither template nor grid may say. */
    List<String> fields() {
        List<String> fields = new ArrayList<>(List.of("branch"));
        for (Unit unit : Unit.values()) fields.add(unit.field);
        if (kind == Kind.BRANCHES) fields.add("checkpoints.at");
        if (kind == Kind.HOT) fields.add("evaluation.at");
        return fields;
    }

    /** The jobs that one cell of a grid becomes, a trunk before its branches. */
    List<Rung> rungs() {
        List<JsonNode> budgets = budgets();
        return switch (kind) {
            case RUNS ->
                    budgets.stream()
                            .map(budget -> rung(Rung.Part.RUN, "", budget, Map.of()))
                            .toList();
            case HOT -> List.of(hot(budgets));
            case BRANCHES ->
                    Stream.concat(
                                    Stream.of(trunk(budgets)),
                                    budgets.stream()
                                            .map(
                                                    budget ->
                                                            rung(
                                                                    Rung.Part.BRANCH,
                                                                    " cooled",
                                                                    budget,
                                                                    leaving())))
                            .toList();
        };
    }

    private Rung hot(List<JsonNode> budgets) {
        return rung(
                Rung.Part.HOT,
                " hot",
                budgets.getLast(),
                Map.of("evaluation.at." + unit().word, Binder.JSON.valueToTree(budgets)));
    }

    /** Long enough for the longest branch, with a checkpoint for each. */
    private Rung trunk(List<JsonNode> budgets) {
        List<JsonNode> points = budgets.stream().map(this::before).toList();
        return rung(
                Rung.Part.TRUNK,
                " trunk",
                points.getLast(),
                Map.of("checkpoints.at." + unit().word, Binder.JSON.valueToTree(points)));
    }

    private Map<String, JsonNode> leaving() {
        return Map.of(
                "branch",
                Binder.JSON.createObjectNode().put("job", "trunk").put("cooldown", cooldown));
    }

    private Rung rung(Rung.Part part, String kind, JsonNode budget, Map<String, JsonNode> more) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        fields.put(unit().field, budget);
        fields.putAll(more);
        String at = "/ladder/" + unit().word;
        int index = budgets().indexOf(budget);
        return new Rung(part, words(budget) + kind, fields, index < 0 ? at : at + "/" + index);
    }

    private String words(JsonNode budget) {
        String word = unit().word;
        boolean one = budget.doubleValue() == 1;
        return Choice.words(budget) + " " + (one ? word.substring(0, word.length() - 1) : word);
    }

    private JsonNode before(JsonNode budget) {
        Branch branch = new Branch("trunk", cooldown);
        return unit() == Unit.EPOCHS
                ? Binder.JSON.valueToTree(branch.before(budget.doubleValue()))
                : Binder.JSON.valueToTree(branch.before(budget.longValue()));
    }

    private Unit unit() {
        if (!epochs.isEmpty()) return Unit.EPOCHS;
        return tokens.isEmpty() ? Unit.STEPS : Unit.TOKENS;
    }

    private List<JsonNode> budgets() {
        return switch (unit()) {
            case EPOCHS -> nodes(epochs);
            case TOKENS -> nodes(tokens);
            case STEPS -> nodes(steps);
        };
    }

    private static List<JsonNode> nodes(List<? extends Number> budgets) {
        return budgets.stream().map(budget -> Binder.JSON.<JsonNode>valueToTree(budget)).toList();
    }
}
