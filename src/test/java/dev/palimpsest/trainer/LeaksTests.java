package dev.palimpsest.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaksTests {
    private static final String SENTENCE =
            "a b c d e f g h i j k l m n, and whatever else is asked of a model";

    @TempDir Path folder;

    @Test
    void anItemInTheTrainingTextIsAWarningThatNamesTheLine() throws IOException {
        Path data =
                lines("data", "{\"text\": \"x\"}", "{\"text\": \"So: %s\"}".formatted(SENTENCE));
        Path leaked = lines("leaked", "{\"q\": \"%s\"}".formatted(SENTENCE), "{\"q\": \"other\"}");
        Path clean = lines("clean", "{\"q\": \"other\"}");

        List<String> warnings = Leaks.warnings(run(data, Map.of("one", leaked, "two", clean)));

        assertThat(warnings)
                .containsExactly(
                        "1 of 2 items of task one are in dataset words, the first on line 2: \"%s\""
                                .formatted(SENTENCE));
    }

    @Test
    void aRunWithoutTasksIsNotLookedAt() throws IOException {
        assertThat(Leaks.warnings(run(folder.resolve("absent"), Map.of()))).isEmpty();
    }

    private Run run(Path data, Map<String, Path> tasks) {
        JobSpec spec =
                Binder.bind(
                        """
                        {"experiment": "exp_1", "dataset": {"train": "words"},
                         "method": {"type": "full"},
                         "training": {"max_steps": 1, "learning_rate": 1e-3}}""",
                        JobSpec.class);
        return new Run(
                "job_1",
                1,
                spec,
                "model",
                new Run.Data(data.toString(), "text"),
                null,
                tasks.entrySet().stream()
                        .map(
                                task ->
                                        new Run.TaskRun(
                                                task.getKey(),
                                                task.getValue().toString(),
                                                Run.Role.LEARNING,
                                                null))
                        .toList(),
                folder.toString(),
                List.of(),
                null,
                List.of(),
                Map.of(),
                1,
                "cpu",
                Run.Past.NONE,
                null,
                null);
    }

    private Path lines(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }
}
