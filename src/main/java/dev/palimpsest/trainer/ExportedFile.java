package dev.palimpsest.trainer;

/** A file of an export, its path relative to the export's folder. */
public record ExportedFile(String path, long bytes, String sha256) {}
