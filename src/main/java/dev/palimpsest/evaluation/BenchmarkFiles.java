package dev.palimpsest.evaluation;

import java.util.Optional;

/** Where files of documents are found by name. */
public interface BenchmarkFiles {
    Optional<BenchmarkFile> find(String name);
}
