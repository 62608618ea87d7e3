package dev.palimpsest.sandbox;

import dev.palimpsest.evaluation.HumanEvalProblem;
import dev.palimpsest.spec.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The benchmarks' own problems. */
final class Problems {
    private static final Path FOLDER = Path.of("src/test/resources/benchmarks");

    private Problems() {}

    static List<HumanEvalProblem> humanEval() {
        return read("HumanEval.jsonl.gz", HumanEvalProblem.class);
    }

    static List<MbppProblem> mbpp() {
        return read("mbpp_sanitized.jsonl.gz", MbppProblem.class);
    }

    private static <T> List<T> read(String file, Class<T> type) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(FOLDER.resolve(file))),
                                StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> Binder.JSON.readValue(line, type)).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
