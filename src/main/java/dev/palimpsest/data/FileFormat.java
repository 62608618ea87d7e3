package dev.palimpsest.data;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an uploaded file is written in; all of them are stored as JSON Lines. */
public enum FileFormat {
    JSONL,
    PARQUET,
    CSV,
    TSV,
    TEXT;

    /** By the end of a file's name; a name without one says JSON Lines. */
    public static Optional<FileFormat> of(@Nullable String fileName) {
        String name = fileName == null ? "" : fileName.toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "jsonl", "ndjson", "json" -> Optional.of(JSONL);
            case "parquet", "pq" -> Optional.of(PARQUET);
            case "csv" -> Optional.of(CSV);
            case "tsv", "tab" -> Optional.of(TSV);
            case "txt", "text", "md" -> Optional.of(TEXT);
            default -> name.contains(".") ? Optional.empty() : Optional.of(JSONL);
        };
    }
}
