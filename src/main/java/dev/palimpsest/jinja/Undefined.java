package dev.palimpsest.jinja;

/** What a name or field that is not there evaluates to: empty text, but an error in most uses. */
record Undefined(String name) {
    Refusal used() {
        return new Refusal("uses %s, which is undefined".formatted(name));
    }
}
