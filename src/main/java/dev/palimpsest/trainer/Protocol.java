package dev.palimpsest.trainer;

import dev.palimpsest.spec.Binder;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.node.ObjectNode;

/**
 * What workers and the processes that they start say to each other: run files one way, events the
 * other. Each is a JSON object that begins with the version, {@code {"v":1,…}}; one without is of
 * the first. Both sides are of one program, unless that is replaced while a worker runs.
 */
public final class Protocol {
    /** Goes up whenever an older reader would fail on what is written, or miss what it means. */
    public static final int VERSION = 1;

    private static final String FIELD = "v";

    private static final ObjectWriter EVENTS = Binder.JSON.writerFor(TrainerEvent.class);

    private Protocol() {}

    /** What a later version wrote than the one that reads it. */
    public static final class Newer extends RuntimeException {
        private static final long serialVersionUID = 1;

        Newer(String what, int version) {
            super(
                    "%s is of version %d of what workers and trainers say to each other, and this program reads up to %d; it was replaced while a worker ran, so restart the worker"
                            .formatted(what, version, VERSION));
        }
    }

    /** A run file. */
    public static String written(Object run) {
        return versioned(Binder.JSON.writeValueAsString(run));
    }

    static String line(TrainerEvent event) {
        return versioned(EVENTS.writeValueAsString(event));
    }

    private static String versioned(String object) {
        return "{\"" + FIELD + "\":" + VERSION + "," + object.substring(1);
    }

    /**
     * A run file's run, or {@link dev.palimpsest.spec.InvalidSpec} with every fault.
     *
     * @throws Newer if a later version wrote it
     */
    public static <T> T read(String runFile, Class<T> type) {
        require(runFile, "the run file");
        JsonNode json = Binder.JSON.readTree(runFile);
        if (json instanceof ObjectNode object) object.remove(FIELD);
        return Binder.bind(json, type);
    }

    static void require(String json, String what) {
        int version = version(json);
        if (version > VERSION) throw new Newer(what, version);
    }

    /** Of the first field, however long the rest is. */
    private static int version(String json) {
        try (JsonParser parser = Binder.JSON.createParser(json)) {
            boolean said =
                    parser.nextToken() == JsonToken.START_OBJECT
                            && FIELD.equals(parser.nextName())
                            && parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
            return said ? parser.getIntValue() : 1;
        }
    }
}
