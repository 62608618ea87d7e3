package dev.palimpsest.web;

/** An answer that is told as lines too, to callers who accept {@value Csv#TYPE}. */
public interface Tabular {
    String csv();
}
