package dev.palimpsest.filter;

/** A field that a list is ordered by; rows without it come last. */
public record Sorted(FieldName field, boolean descending) {}
