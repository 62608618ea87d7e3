package dev.palimpsest.sweeps;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One of the values of a field that a sweep varies.
 *
 * @param field its dotted path into the job spec
 * @param axis the pointer to all its values, within the grid
 * @param index this value's place among them
 */
record Choice(String field, JsonNode value, String axis, int index) {
    /** The pointer to the field in a job spec. */
    String target() {
        return "/" + field.replace("~", "~0").replace("/", "~1").replace('.', '/');
    }

    /** The pointer to this value, within the grid. */
    String source() {
        return axis + "/" + index;
    }

    /** Faults at this pointer of a job spec are about what was chosen. */
    boolean covers(String pointer) {
        return pointer.equals(target()) || pointer.startsWith(target() + "/");
    }

    /** Sets the field, within objects that are made where there are none. */
    void put(ObjectNode spec) {
        String[] names = field.split("\\.", -1);
        ObjectNode parent = spec;
        for (int i = 0; i < names.length - 1; i++)
            parent =
                    parent.get(names[i]) instanceof ObjectNode object
                            ? object
                            : parent.putObject(names[i]);
        parent.set(names[names.length - 1], value.deepCopy());
    }

    String lastName() {
        return field.substring(field.lastIndexOf('.') + 1);
    }

    /** The value as people write it: {@code 2e-4}, {@code lora rank 16}. */
    String words() {
        return words(value);
    }

    static String words(JsonNode value) {
        if (value.isArray())
            return String.join("+", value.valueStream().map(Choice::words).toList());
        if (value.isObject())
            return String.join(
                    " ",
                    value.propertyStream()
                            .map(
                                    field ->
                                            field.getKey().equals("type")
                                                    ? words(field.getValue())
                                                    : field.getKey()
                                                            + " "
                                                            + words(field.getValue()))
                            .toList());
        if (value.isNull()) return "none";
        if (!value.isFloatingPointNumber()) return value.asString();
        return Double.toString(value.asDouble())
                .replace(".0E", "e")
                .replace('E', 'e')
                .replaceAll("\\.0$", "");
    }
}
