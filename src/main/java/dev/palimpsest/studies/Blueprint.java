package dev.palimpsest.studies;

import dev.palimpsest.analysis.RateChoice;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.sweeps.SweepRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One of a study's sweeps, as a sweep is asked for.
 *
 * @param origins where in the study's request the values of each grid's fields come from
 */
record Blueprint(ObjectNode json, List<Map<String, Origin>> origins) {
    private static final int MOST_JOBS = 1000;
    private static final Map<String, String> FIELDS =
            Map.of(
                    "epochs", "epochs",
                    "tokens", "max_tokens",
                    "steps", "max_steps");

    /** Throws {@link InvalidSpec} with pointers into the study's request. */
    SweepRequest request() {
        try {
            return Binder.bind(json, SweepRequest.class);
        } catch (InvalidSpec invalid) {
            throw inStudy(invalid);
        }
    }

    /** Every rate of every method and rank, with one seed and at one length. */
    static Blueprint ofRates(StudyRequest request) {
        Blueprint sweep = empty(request, "rates");
        ObjectNode training = sweep.training();
        training.put("seed", request.seeds().getFirst());
        String unit = unit(request);
        double length = length(request, unit);
        if (unit.equals("epochs")) training.put(FIELDS.get(unit), length);
        else training.put(FIELDS.getOrDefault(unit, unit), Math.round(length));
        if (request.full())
            sweep.grid()
                    .value("method", full(), "/full")
                    .values("training.learning_rate", request.rates().full(), "/rates/full");
        if (!request.ranks().isEmpty())
            sweep.grid()
                    .value("method", lora(request), "/template/method")
                    .values("method.rank", request.ranks(), "/ranks")
                    .values("training.learning_rate", request.rates().lora(), "/rates/lora");
        return sweep;
    }

    /** Every method and rank that has a rate, at it, with every seed, over the ladder. */
    static Blueprint ofGrid(StudyRequest request, List<RateChoice> choices) {
        Blueprint sweep = empty(request, "grid");
        sweep.json().set("ladder", request.ladder());
        if (!request.weightDecays().isEmpty()) sweep.withOptimizer();
        rate(choices, null)
                .ifPresent(
                        rate -> {
                            sweep.fullAt(rate, request);
                            if (!request.weightDecays().isEmpty())
                                sweep.fullAt(rate, request)
                                        .values(
                                                "training.optimizer.weight_decay",
                                                request.weightDecays(),
                                                "/weight_decays");
                            if (!request.attentionDropouts().isEmpty())
                                sweep.fullAt(rate, request)
                                        .values(
                                                "training.attention_dropout",
                                                request.attentionDropouts(),
                                                "/attention_dropouts");
                        });
        for (int rank : request.ranks())
            rate(choices, rank)
                    .ifPresent(
                            rate -> {
                                sweep.loraAt(rank, rate, request);
                                if (request.targets().ranks().contains(rank)
                                        && !request.targets().modules().isEmpty())
                                    sweep.loraAt(rank, rate, request)
                                            .values(
                                                    "method.target_modules",
                                                    request.targets().modules(),
                                                    "/targets/modules");
                            });
        return sweep;
    }

    /** As if the middle one of the rates had been chosen: the rate changes nothing of the plan. */
    static List<RateChoice> assumed(StudyRequest request) {
        List<RateChoice> choices = new ArrayList<>();
        if (request.full())
            choices.add(RateChoice.assumed("full", null, middle(request.rates().full())));
        for (int rank : request.ranks())
            choices.add(RateChoice.assumed("lora", rank, middle(request.rates().lora())));
        return choices;
    }

    /** The same faults where they stand in the study's request. */
    InvalidSpec inStudy(InvalidSpec invalid) {
        return new InvalidSpec(
                invalid.faults().stream()
                        .map(fault -> new Fault(origin(fault.pointer()), fault.detail()))
                        .distinct()
                        .toList());
    }

    private String origin(String pointer) {
        if (!pointer.startsWith("/grid")) return pointer;
        String[] parts = pointer.split("/", 5); // "", grid, its number, field, rest
        if (parts.length < 4) return "/budget/jobs";
        Origin origin = origins.get(Integer.parseInt(parts[2])).get(parts[3]);
        if (origin == null) return "";
        if (parts.length == 4) return origin.pointer();
        return origin.pointer() + (origin.isList() ? "/" + parts[4] : afterIndex(parts[4]));
    }

    /** What follows a value's place in its list, as the list is not in the study's request. */
    private static String afterIndex(String rest) {
        int slash = rest.indexOf('/');
        return slash < 0 ? "" : rest.substring(slash);
    }

    /** Where the values of a field stand in the study's request: a list of them, or one. */
    record Origin(String pointer, boolean isList) {}

    /** A grid being made: lists of values by field. */
    private record Part(ObjectNode json, Map<String, Origin> origins) {
        Part values(String field, List<?> values, String pointer) {
            return put(field, values, new Origin(pointer, true));
        }

        Part value(String field, Object value, String pointer) {
            return put(field, List.of(value), new Origin(pointer, false));
        }

        private Part put(String field, List<?> values, Origin origin) {
            ArrayNode list = json.putArray(field);
            for (Object value : values) list.add(Binder.JSON.<JsonNode>valueToTree(value));
            origins.put(field, origin);
            return this;
        }
    }

    private Part grid() {
        Part part = new Part(((ArrayNode) json.path("grid")).addObject(), new LinkedHashMap<>());
        origins.add(part.origins());
        return part;
    }

    private Part fullAt(double rate, StudyRequest request) {
        return grid().value("method", full(), "/full")
                .value("training.learning_rate", rate, "/rates/full")
                .values("training.seed", request.seeds(), "/seeds");
    }

    private Part loraAt(int rank, double rate, StudyRequest request) {
        return grid().value("method", lora(request), "/template/method")
                .value("method.rank", rank, "/ranks")
                .value("training.learning_rate", rate, "/rates/lora")
                .values("training.seed", request.seeds(), "/seeds");
    }

    private ObjectNode training() {
        return json.withObject("/template").withObject("/training");
    }

    /** A decay is a part of an optimizer, which is AdamW where nothing else is said. */
    private void withOptimizer() {
        if (!json.at("/template/training/optimizer").isMissingNode()
                || json.path("template").has("preset")) return;
        training().putObject("optimizer").put("type", "adamw");
    }

    private static Blueprint empty(StudyRequest request, String part) {
        ObjectNode json = Binder.JSON.createObjectNode();
        json.put("name", request.name() == null ? part : request.name() + ": " + part);
        ObjectNode template = (ObjectNode) request.template().deepCopy();
        template.remove("method");
        json.set("template", template);
        json.putArray("grid");
        json.put("most_jobs", MOST_JOBS);
        return new Blueprint(json, new ArrayList<>());
    }

    private static ObjectNode full() {
        return Binder.JSON.createObjectNode().put("type", "full");
    }

    private static ObjectNode lora(StudyRequest request) {
        ObjectNode method = Binder.JSON.createObjectNode().put("type", "lora");
        if (request.template().path("method") instanceof ObjectNode common) method.setAll(common);
        return method;
    }

    private static Optional<Double> rate(List<RateChoice> choices, @Nullable Integer rank) {
        return choices.stream()
                .filter(choice -> rank == null ? choice.rank() == null : rank.equals(choice.rank()))
                .findFirst()
                .flatMap(choice -> Optional.ofNullable(choice.learningRate()));
    }

    private static double middle(List<Double> rates) {
        return rates.stream().sorted().toList().get(rates.size() / 2);
    }

    /** What the ladder counts in; of one that is not right the sweep says what is wrong. */
    private static String unit(StudyRequest request) {
        return FIELDS.keySet().stream().filter(request.ladder()::has).findFirst().orElse("epochs");
    }

    private static double length(StudyRequest request, String unit) {
        if (request.rates().length() != null) return request.rates().length();
        JsonNode rungs = request.ladder().path(unit);
        return rungs.path(Math.min(1, rungs.size() - 1)).asDouble(1);
    }
}
