package dev.palimpsest.spec;

/** One thing wrong with a request: where (an RFC 6901 JSON pointer) and what. */
public record Fault(String pointer, String detail) {
    /** The same where the value that it points into is part of another. */
    public Fault under(String parent) {
        return new Fault(parent + pointer, detail);
    }
}
