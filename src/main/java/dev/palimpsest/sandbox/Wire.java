package dev.palimpsest.sandbox;

import dev.palimpsest.sandbox.Verdict.Ending;
import tools.jackson.databind.json.JsonMapper;

/** What parent and child say to each other: one line of JSON each, in turn. */
final class Wire {
    static final String READY = "ready";

    /** The exit code that the JVM itself takes for {@code ExitOnOutOfMemoryError}. */
    static final int OUT_OF_MEMORY = 3;

    /** The exit code of a child whose program would not be cancelled. */
    static final int OVERTIME = 4;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Wire() {}

    record Request(String program, double seconds) {
        String line() {
            return JSON.writeValueAsString(this);
        }

        static Request of(String line) {
            return JSON.readValue(line, Request.class);
        }
    }

    /**
     * @param sound whether the interpreter may be used again; if not, the ending may be its fault
     */
    record Answer(Ending ending, String detail, double seconds, boolean sound) {
        String line() {
            return JSON.writeValueAsString(this);
        }

        static Answer of(String line) {
            return JSON.readValue(line, Answer.class);
        }
    }
}
