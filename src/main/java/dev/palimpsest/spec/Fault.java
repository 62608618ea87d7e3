package dev.palimpsest.spec;

/** One thing wrong with a request: where (an RFC 6901 JSON pointer) and what. */
public record Fault(String pointer, String detail) {
    Fault under(String parent) {
        return new Fault(parent + pointer, detail);
    }
}
