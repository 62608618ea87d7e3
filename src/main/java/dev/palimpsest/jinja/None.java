package dev.palimpsest.jinja;

/** Python's {@code None}. */
enum None {
    NONE
}
