package dev.palimpsest.data;

import static dev.palimpsest.data.Batch.IGNORED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Regime;
import dev.palimpsest.spec.Training;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The bundled tokenizer gives each digit one token, so digits count tokens here. */
class BatchesTests {
    private static final Tokenizer TOKENIZER =
            Tokenizer.open(Path.of("src/main/resources/palimpsest-mini/tokenizer.json"));
    private static final int END = TOKENIZER.endOfText();

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    @Test
    void instructionLearnsTheCompletionAndTheEndOfText() {
        Rows rows = rows(Regime.INSTRUCTION, 8, new Document.PromptCompletion("12", "34"));

        Batch batch = Batches.unpacked(rows, 1, 0).batch(0);

        assertThat(batch.ids()).containsExactly(d(1), d(2), d(3), d(4), END);
        assertThat(batch.labels()).containsExactly(IGNORED, IGNORED, d(3), d(4), END);
        assertThat(rows.report()).isEqualTo(new Rows.Report(1, 5, 3, 0, 0));
    }

    @Test
    void longRowsAreCutAndThoseWithNothingLeftToLearnAreDropped() {
        Rows rows =
                rows(
                        Regime.INSTRUCTION,
                        4,
                        new Document.PromptCompletion("12", "345"),
                        new Document.PromptCompletion("1234", "5"),
                        new Document.Text("123"));

        assertThat(rows.report()).isEqualTo(new Rows.Report(2, 8, 2 + 3, 1, 1));
        assertThatThrownBy(
                        () ->
                                rows(
                                        Regime.INSTRUCTION,
                                        4,
                                        new Document.PromptCompletion("1234", "5")))
                .isInstanceOf(InvalidData.class)
                .hasMessageStartingWith("No row carries loss");
        assertThatThrownBy(() -> rows(Regime.INSTRUCTION, 4))
                .isInstanceOf(InvalidData.class)
                .hasMessage("The dataset has no documents");
    }

    @Test
    void onlyTheAssistantsTurnsOfAConversationAreLearned() {
        Document.Messages chat =
                new Document.Messages(
                        List.of(
                                new Document.Message(Document.Role.USER, "12"),
                                new Document.Message(Document.Role.ASSISTANT, "3")));
        Rows rows = rows(Regime.INSTRUCTION, 64, chat);

        Batch batch = Batches.unpacked(rows, 1, 0).batch(0);

        List<Integer> ids = LongStream.of(batch.ids()).mapToObj(Math::toIntExact).toList();
        List<Integer> learned =
                LongStream.of(batch.labels())
                        .filter(label -> label != IGNORED)
                        .mapToObj(Math::toIntExact)
                        .toList();
        assertThat(TOKENIZER.decode(ids)).isEqualTo("User: 12\nAssistant: 3<|endoftext|>");
        assertThat(TOKENIZER.decode(learned)).isEqualTo(" 3<|endoftext|>");
    }

    @Test
    void pretrainingFillsEveryRowAndLearnsEveryToken() {
        Rows rows =
                rows(
                        Regime.PRETRAINING,
                        4,
                        new Document.Text("12"),
                        new Document.PromptCompletion("3", "45"),
                        new Document.Text("67"));

        assertThat(IntStream.range(0, rows.size()).mapToObj(i -> ids(rows.row(i))))
                .containsExactly(
                        List.of(d(1), d(2), END, d(3)),
                        List.of(d(4), d(5), END, d(6)),
                        List.of(d(7), END));
        assertThat(rows.report()).isEqualTo(new Rows.Report(3, 10, 7, 0, 0));
    }

    @Test
    void oneTokenLeftOverAtTheEndOfPretrainingIsNoRow() {
        Rows rows = rows(Regime.PRETRAINING, 3, new Document.Text("123"));

        assertThat(rows.report().tokens()).isEqualTo(3);
    }

    @Test
    void everyEpochSeesEveryRowOnceInItsOwnOrder() {
        Batches batches = Batches.unpacked(rows(10), 4, 7);

        List<Integer> first = lengths(batches, 0, 3);
        List<Integer> second = lengths(batches, 3, 6);

        assertThat(batches.stepsPerEpoch()).isEqualTo(3);
        assertThat(batches.batch(2).rows()).isEqualTo(2);
        assertThat(first).hasSize(10).doesNotHaveDuplicates();
        assertThat(second).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
    }

    @Test
    void aStepSeesTheSameRowsWhateverWasAskedBefore() {
        Rows rows = rows(50);
        Batches straight = Batches.unpacked(rows, 4, 7);
        for (int step = 0; step < 40; step++) straight.batch(step);

        assertThat(straight.batch(40).ids())
                .isEqualTo(Batches.unpacked(rows, 4, 7).batch(40).ids())
                .isNotEqualTo(Batches.unpacked(rows, 4, 8).batch(40).ids());
        assertThat(Shuffle.order(8, 17)).containsExactly(6, 0, 1, 2, 3, 7, 5, 4);
    }

    @Test
    void microBatchesHoldTheSameRowsWithoutPadding() {
        Batch batch = Batches.unpacked(rows(5), 5, 7).batch(0);

        List<Batch> parts = batch.microBatches(2);

        assertThat(batch.rows()).isEqualTo(5);
        assertThat(batch.lengths()).containsExactly(6, 5, 4, 3, 2);
        assertThat(Arrays.copyOfRange(batch.ids(), 18, 20)).containsExactly(d(0), END);
        assertThat(parts.stream().map(Batch::lengths))
                .containsExactly(new int[] {6, 5}, new int[] {4, 3}, new int[] {2});
        assertThat(parts.stream().mapToLong(Batch::tokens).sum()).isEqualTo(batch.tokens());
        assertThat(parts.stream().mapToLong(Batch::learned).sum())
                .isEqualTo(batch.learned())
                .isEqualTo(1 + 2 + 3 + 4 + 5);
    }

    @Test
    void packingFillsRowsByBestFit() {
        // of 2 to 7 tokens, so 7 | 6 and 2 | 5 and 3 | 4 in rows of 8
        Training training = training("\"packing\": true, \"sequence_length\": 8");
        Batches batches = Batches.of(rows(6), training, null);

        assertThat(batches.size()).isEqualTo(new Batches.Size(6, 4, 27));
        assertThat(batches.size().documentsPerRow()).isEqualTo(1.5);
        assertThat(
                        IntStream.range(0, 4)
                                .mapToObj(step -> batches.batch(step).lengths())
                                .map(lengths -> Arrays.stream(lengths).boxed().toList()))
                .containsExactlyInAnyOrder(List.of(7), List.of(6, 2), List.of(5, 3), List.of(4));
    }

    @Test
    void aBudgetOfTokensDrawsTheSameDocumentsForTheSameSeed() {
        Training training = training("\"sequence_length\": 64");

        Batches some = Batches.of(rows(50), training, 200L);

        assertThat(some.size().tokens()).isBetween(200L, 250L);
        assertThat(some.size()).isEqualTo(Batches.of(rows(50), training, 200L).size());
        assertThat(Batches.of(rows(50), training, 1_000_000L).size().documents()).isEqualTo(50);
    }

    private static Training training(String fields) {
        return Binder.bind(
                "{\"epochs\": 1, \"batch_size\": 1, \"learning_rate\": 1e-3, %s}".formatted(fields),
                Training.class);
    }

    /** Rows of two tokens, three tokens and so on, so that a length tells which row it is. */
    private static Rows rows(int count) {
        return rows(
                Regime.INSTRUCTION,
                64,
                IntStream.rangeClosed(1, count)
                        .mapToObj(length -> new Document.Text("0".repeat(length)))
                        .toArray(Document[]::new));
    }

    private static Rows rows(Regime regime, int sequenceLength, Document... documents) {
        return Rows.of(
                List.of(documents), new Tokenization(TOKENIZER, regime, sequenceLength, false));
    }

    private static List<Integer> lengths(Batches batches, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(batches::batch)
                .flatMap(batch -> batch.microBatches(1).stream())
                .map(batch -> batch.lengths()[0])
                .toList();
    }

    private static List<Integer> ids(Row row) {
        return IntStream.range(0, row.length()).mapToObj(row::id).toList();
    }

    private static int d(int digit) {
        return TOKENIZER.encode(String.valueOf(digit))[0];
    }
}
