package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.Format;
import dev.palimpsest.evaluation.Contamination.Hit;
import dev.palimpsest.evaluation.Contamination.Kind;
import dev.palimpsest.evaluation.Contamination.Options;
import dev.palimpsest.evaluation.Contamination.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContaminationTests {
    @TempDir Path folder;

    @Test
    void aRunOfAnItemsWordsIsFoundWhateverItsCaseAndPunctuation() throws IOException {
        Path items =
                lines(
                        "items",
                        "{\"question\": \"one two three four five six\", \"n\": 1}",
                        "{\"question\": \"seven eight nine\", \"options\": [\"ten\", \"red green blue yellow white\"]}",
                        "{\"question\": \"too short\"}");
        Path data =
                lines(
                        "data",
                        "{\"text\": \"nothing of it\"}",
                        "{\"text\": \"So: Two, THREE\\nfour... five (six) -- seven eight\"}",
                        "{\"text\": \"red green blue yellow, and two three four five\"}");

        Report report = check(data, items, new Options(4, false));

        assertThat(report)
                .isEqualTo(
                        new Report(
                                "task",
                                3,
                                1,
                                0,
                                2,
                                2,
                                List.of(
                                        new Hit(2, 0, Kind.WORDS, "Two, THREE\nfour... five (six"),
                                        new Hit(3, 1, Kind.WORDS, "red green blue yellow"))));
    }

    @Test
    void exemplarsMayBeOfTheDataset() throws IOException {
        Path items =
                lines(
                        "items",
                        "{\"exemplars\": \"one two three four\", \"prompt\": \"five six seven eight\"}");
        Path data = lines("data", "{\"text\": \"one two three four\"}");

        assertThat(check(data, items, new Options(4, false)).itemsHit()).isZero();
    }

    @Test
    void wordsThatManyItemsShareAreNoHit() throws IOException {
        Path items =
                lines(
                        "items",
                        IntStream.range(0, 30)
                                .mapToObj(
                                        i ->
                                                "{\"q\": \"choose the right answer to number %d\"}"
                                                        .formatted(i))
                                .toArray(String[]::new));
        Path data =
                lines("data", "{\"text\": \"choose the right answer to all, answer to number 7\"}");

        assertThat(check(data, items, new Options(5, false)).itemsHit()).isZero();
        assertThat(check(data, items, new Options(4, false)).examples())
                .containsExactly(new Hit(1, 7, Kind.WORDS, "answer to number 7"));
    }

    @Test
    void aFunctionOfTheSameNameAndParametersIsFoundWhereAskedFor() throws IOException {
        Path items =
                lines(
                        "items",
                        "{\"prompt\": \"def close(numbers: List[Tuple[int, str]], threshold: float = 1) -> bool:\"}",
                        "{\"prompt\": \"def main():\"}");
        Path data =
                lines(
                        "data",
                        "{\"text\": \"def close(numbers):\\n    pass\\ndef main():\"}",
                        "{\"text\": \"def  close( numbers,threshold ): ...\"}");

        Report report = check(data, items, new Options(13, true));

        assertThat(report.examples())
                .containsExactly(new Hit(2, 0, Kind.SIGNATURE, "def  close( numbers,threshold )"));
        assertThat(report.itemsTooShort()).isEqualTo(1);
        assertThat(check(data, items, new Options(13, false)).itemsHit()).isZero();
    }

    @Test
    void everyTaskIsCountedByItselfAndAnIdeographIsAWord() throws IOException {
        Path items = lines("items", "{\"q\": \"日本語の文章です\"}", "{\"q\": \"a b c d e\"}");
        Path data =
                lines(
                        "data",
                        "{\"text\": \"これは日本語の文章です。\"}",
                        "{\"text\": \"a b c d e a b c d e\"}",
                        "{\"text\": \"a b c d e\"}");

        List<Report> reports =
                Contamination.of(
                        data,
                        Format.TEXT,
                        Map.of("one", items, "two", items),
                        new Options(4, false));

        assertThat(reports).extracting(Report::itemsHit).containsExactly(2, 2);
        assertThat(reports).extracting(Report::documentsHit).containsExactly(3L, 3L);
    }

    @Test
    void millionsOfRunsOfWordsStayWithinMemory() {
        Owners owners = new Owners();
        boolean room = true;
        for (int i = 0; room; i++) room = owners.add(i * 0x9E3779B97F4A7C15L, i);

        int[] found = {0};
        for (int i = 0; i < 1000; i++)
            owners.of(i * 0x9E3779B97F4A7C15L, owner -> found[0] += owner);

        assertThat(found[0]).isEqualTo(999 * 1000 / 2);
    }

    private Report check(Path data, Path items, Options options) throws IOException {
        return Contamination.of(data, Format.TEXT, Map.of("task", items), options).getFirst();
    }

    private Path lines(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }
}
