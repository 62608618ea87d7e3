package dev.palimpsest.openai;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fields of the hosted service that are not done here, and with which values they ask for nothing.
 * Many clients send them so.
 */
final class NotDone {
    private static final Map<String, String> NOTHING =
            Map.ofEntries(
                    Map.entry("annotations", "[]"),
                    Map.entry("audio", "null"),
                    Map.entry("best_of", "1"),
                    Map.entry("echo", "false"),
                    Map.entry("function_call", "null"),
                    Map.entry("functions", "[]"),
                    Map.entry("logit_bias", "{}"),
                    Map.entry("logprobs", "false"),
                    Map.entry("metadata", "{}"),
                    Map.entry("modalities", "[\"text\"]"),
                    Map.entry("parallel_tool_calls", "null"),
                    Map.entry("prediction", "null"),
                    Map.entry("reasoning_effort", "null"),
                    Map.entry("refusal", "null"),
                    Map.entry("response_format", "{\"type\": \"text\"}"),
                    Map.entry("service_tier", "\"auto\""),
                    Map.entry("store", "false"),
                    Map.entry("suffix", "null"),
                    Map.entry("tool_calls", "[]"),
                    Map.entry("tool_choice", "\"none\""),
                    Map.entry("tools", "[]"),
                    Map.entry("top_logprobs", "0"),
                    Map.entry("verbosity", "null"));

    private NotDone() {}

    /** The rest of an object for a record; a field that asks for something is a fault. */
    static JsonNode leftOut(JsonNode json, Class<?> type, Faults faults) {
        Set<String> done =
                Arrays.stream(type.getRecordComponents())
                        .map(component -> Binder.snake(component.getName()))
                        .collect(Collectors.toSet());
        ObjectNode rest = Binder.JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (done.contains(field.getKey()) || !NOTHING.containsKey(field.getKey()))
                rest.set(field.getKey(), field.getValue());
            else
                faults.require(
                        isNothing(field.getKey(), field.getValue()),
                        "/" + field.getKey(),
                        "is not done here; leave it out");
        }
        return rest;
    }

    /** The rest of a request as its record, or every fault of both. */
    static <T> T bound(JsonNode json, Class<T> type) {
        Faults faults = new Faults();
        JsonNode rest = leftOut(json, type, faults);
        try {
            T bound = Binder.bind(json.isObject() ? rest : json, type);
            faults.raise();
            return bound;
        } catch (InvalidSpec wrong) {
            for (Fault fault : wrong.faults()) faults.refuse(fault.pointer(), fault.detail());
            faults.raise();
            throw wrong;
        }
    }

    private static boolean isNothing(String name, JsonNode value) {
        JsonNode nothing = Binder.JSON.readTree(String.valueOf(NOTHING.get(name)));
        return value.isNull()
                || value.equals(nothing)
                || (value.isNumber()
                        && nothing.isNumber()
                        && value.asDouble() == nothing.asDouble());
    }
}
