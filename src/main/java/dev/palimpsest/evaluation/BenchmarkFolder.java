package dev.palimpsest.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of benchmarks are looked for, as they are or gzipped; GSM8K's also come along.
 */
public record BenchmarkFolder(Path path) implements BenchmarkFiles {
    private static final Map<String, String> BUNDLED =
            Map.of(
                    "gsm8k_test.jsonl", "/gsm8k/test.jsonl.gz",
                    "gsm8k_train.jsonl", "/gsm8k/train.jsonl.gz");

    @Override
    public Optional<BenchmarkFile> find(String name) {
        for (String kept : new String[] {name, name + ".gz"}) {
            Path file = path.resolve(kept);
            if (Files.isRegularFile(file))
                return Optional.of(new BenchmarkFile(name, "", () -> Files.newInputStream(file)));
        }
        return Optional.ofNullable(BUNDLED.get(name))
                .map(
                        resource ->
                                new BenchmarkFile(name, "", () -> BenchmarkFile.bundled(resource)));
    }
}
