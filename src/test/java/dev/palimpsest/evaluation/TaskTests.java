package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled tokenizer has 4096 tokens, one of them for each digit, so 12 bits are no idea. */
class TaskTests {
    private static final Tokenizer TOKENIZER =
            Tokenizer.open(Path.of("src/main/resources/palimpsest-mini/tokenizer.json"));

    @TempDir Path folder;

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @Test
    void bitsPerByteAreAllBitsOverAllBytes() throws IOException {
        BigramModel model = new BigramModel(TOKENIZER, "12"); // 1 begins a text, 2 follows 1
        ItemFile items = items("{\"text\": \"12\"}\n{\"context\": \"1\", \"text\": \"3\"}\n", null);

        TaskResult result = task(new Perplexity()).score(items, model, TOKENIZER);

        double known = log2(4097 / 2.0);
        double unknown = log2(4097);
        double ratio = (2 * known + unknown) / 3;
        double stderr =
                Math.sqrt(2 * (Math.pow(2 * known - 2 * ratio, 2) + Math.pow(unknown - ratio, 2)))
                        / 3;
        Measure measure = result.metrics().get("bits_per_byte");
        assertThat(measure.value()).isCloseTo(ratio, within(1e-12));
        assertThat(measure.stderr()).isCloseTo(stderr, within(1e-12));
        assertThat(result.items().getFirst().options().getFirst())
                .satisfies(option -> assertThat(option.tokens()).isEqualTo(2))
                .satisfies(option -> assertThat(option.characters()).isEqualTo(2))
                .satisfies(
                        option ->
                                assertThat(option.logLikelihood())
                                        .isCloseTo(-2 * known * Math.log(2), within(1e-12)));
    }

    @Test
    void whiteSpaceAtTheEndOfTheContextIsScoredWithTheTextAndCountedWithIt() throws IOException {
        BigramModel clueless = new BigramModel(TOKENIZER);
        ItemFile items = items("{\"context\": \"1 \", \"text\": \"é\"}\n", null);

        TaskResult result = task(new Perplexity()).score(items, clueless, TOKENIZER);

        int tokens = TOKENIZER.encode(" é").length;
        ItemResult.Option option = result.items().getFirst().options().getFirst();
        assertThat(option.text()).isEqualTo(" é");
        assertThat(option.tokens()).isEqualTo(tokens);
        assertThat(option.characters()).isEqualTo(2);
        Measure measure = result.metrics().get("bits_per_byte");
        assertThat(measure.value()).isCloseTo(tokens * 12 / 3.0, within(1e-12)); // é is two bytes
        assertThat(measure.stderr()).isNull();
    }

    @Test
    void aTextThatMeltsIntoItsContextOrHasNoneStillHasATokenOfItsOwn() {
        int melted = TOKENIZER.encode("the").length;

        assertThat(Continuation.of("th", "e").request(TOKENIZER).continuation()).isNotEmpty();
        assertThat(Continuation.of("", "the").request(TOKENIZER).context())
                .containsExactly(TOKENIZER.endOfText());
        assertThat(Continuation.of("\u00a0\n", "the").request(TOKENIZER).context())
                .containsExactly(TOKENIZER.endOfText());
        assertThat(melted).isEqualTo(1);
        assertThat(Continuation.of("th", "e").request(TOKENIZER).context())
                .containsExactly(TOKENIZER.endOfText());
    }

    @Test
    void theSumPrefersTheShortOptionAndTheCharactersTheLongOne() throws IOException {
        BigramModel clueless = new BigramModel(TOKENIZER);
        String lines =
                """
                {"context": "1", "options": ["9", "234"], "gold": 1}
                {"context": "1", "options": ["9", "234"], "gold": 0}
                {"context": "1", "options": ["234", "9"], "gold": 0}
                {"context": "1", "options": ["234", "234"], "gold": 0}
                """;
        Task task = task(new MultipleChoice(Rule.PER_CHARACTER));

        TaskResult result = task.score(items(lines, null), clueless, TOKENIZER);

        // " 9" is two tokens and one character, " 234" four tokens and three characters
        assertThat(result.metrics().get("acc").value()).isEqualTo(0.5);
        assertThat(result.metrics().get("acc_norm").value()).isEqualTo(0.75);
        assertThat(result.metrics().get("acc_norm").stderr())
                .isCloseTo(Math.sqrt(0.25 * 0.75 / 3), within(1e-12));
        assertThat(task.primaryOf(result.metrics())).isEqualTo(0.75);
        assertThat(result.items()).extracting(ItemResult::choice).containsExactly(1, 1, 0, 0);
        assertThat(result.items().getFirst().options().getLast().tokens()).isEqualTo(4);
    }

    @Test
    void anAnswerPassesIfItIsWrittenExactlyAndThenStopped() throws IOException {
        BigramModel calculator = new BigramModel(TOKENIZER, "=24>>", "/77");
        String lines =
                """
                {"prompt": "48/2=", "answer": "24"}
                {"prompt": "48/2=", "answer": "2"}
                {"prompt": "1/", "answer": "77777777"}
                {"prompt": "1+", "answer": "1"}
                """;

        TaskResult result =
                task(new GenerateAndMatch(List.of(">>"), 8, List.of(new Filter.Whole())))
                        .score(items(lines, null), calculator, TOKENIZER);

        assertThat(result.metrics().get("exact_match").value()).isEqualTo(0.25);
        assertThat(result.items())
                .extracting(item -> item.generations().getFirst())
                .containsExactly(
                        new ItemResult.Generated("24>>", true, null),
                        new ItemResult.Generated("24>>", false, null),
                        new ItemResult.Generated("77777777", false, null),
                        new ItemResult.Generated("", false, null));
    }

    @Test
    void aLimitDrawsItemsAllOverTheFileAndTheSameEachTime() throws IOException {
        BigramModel model = new BigramModel(TOKENIZER);
        String lines = "{\"text\": \"1\"}\n".repeat(1000);
        Task task = task(new Perplexity());

        List<Integer> ten = numbers(task.score(items(lines, 10), model, TOKENIZER));
        List<Integer> hundred = numbers(task.score(items(lines, 100), model, TOKENIZER));

        assertThat(ten).hasSize(10).isSorted().doesNotHaveDuplicates();
        assertThat(numbers(task.score(items(lines, 10), model, TOKENIZER))).isEqualTo(ten);
        assertThat(hundred).hasSize(100).isSorted().containsAll(ten);
        assertThat(hundred.stream().mapToInt(n -> n).average().orElseThrow())
                .isBetween(400.0, 600.0);
        assertThat(numbers(task.score(items(lines, 2000), model, TOKENIZER)))
                .isEqualTo(IntStream.range(0, 1000).boxed().toList());
    }

    @Test
    void aLineThatIsNoItemIsNamed() throws IOException {
        BigramModel model = new BigramModel(TOKENIZER);
        String lines = "{\"text\": \"1\"}\n{\"text\": \"2\"}\nbroken\n";
        Task task = task(new Perplexity());

        assertThatThrownBy(() -> task.score(items(lines, null), model, TOKENIZER))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith("Line 3 of " + folder);
        assertThatThrownBy(() -> task.score(items("{\"text\": \"\"}", null), model, TOKENIZER))
                .isInstanceOf(InvalidData.class)
                .hasMessageEndingWith("/text must not be empty");
        assertThatThrownBy(() -> task.score(items("", null), model, TOKENIZER))
                .isInstanceOf(InvalidData.class)
                .hasMessageEndingWith("has no items");
    }

    @Test
    void aModelWithoutAClueIsAtChanceWhenItChoosesAnEnding() throws IOException {
        KnownTask choice = BuiltInTasks.named("definitions_choice").orElseThrow();
        Path file = folder.resolve("choice.jsonl");
        choice.write(file, new BenchmarkFolder(folder), Protocol.harness(0));

        TaskResult result =
                choice.task()
                        .score(new ItemFile(file, null), new BigramModel(TOKENIZER), TOKENIZER);

        assertThat(result.items()).hasSize(1000);
        assertThat(result.metrics().get("acc").value()).isBetween(0.21, 0.29);
        assertThat(result.metrics().get("acc_norm").value()).isBetween(0.21, 0.29);
    }

    private static List<Integer> numbers(TaskResult result) {
        return result.items().stream().map(ItemResult::index).toList();
    }

    private ItemFile items(String lines, @Nullable Integer limit) throws IOException {
        return new ItemFile(Files.writeString(folder.resolve("items.jsonl"), lines), limit);
    }

    private static Task task(Mechanism mechanism) {
        return new Task("digits", 1, "digits", "this test", "none", mechanism);
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
