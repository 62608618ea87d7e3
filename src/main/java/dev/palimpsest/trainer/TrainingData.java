package dev.palimpsest.trainer;

import dev.palimpsest.data.Batch;
import dev.palimpsest.data.Batches;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.Rows;
import dev.palimpsest.data.TokenCache;
import dev.palimpsest.data.Tokenization;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.spec.Training;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * A run's datasets as batches: those trained on, and the first few hundred rows of those watched.
 */
record TrainingData(
        Batches batches, List<Batch> validation, Rows.Report report, List<String> aboutChat) {
    private static final int VALIDATION_ROWS = 256;

    static TrainingData of(Run run, Tokenizer tokenizer, BooleanSupplier stopped)
            throws IOException {
        Training training = run.spec().training();
        List<String> aboutChat = aboutChat(run, tokenizer); // a refused template ends it here
        Rows rows = rows(run, run.train(), tokenizer, stopped);
        Batches batches = Batches.of(rows, training, run.spec().dataset().maxTokens());
        return new TrainingData(
                batches, validation(run, tokenizer, stopped), rows.report(), aboutChat);
    }

    private static List<String> aboutChat(Run run, Tokenizer tokenizer) {
        if (format(run.train()) != Format.MESSAGES) return List.of();
        if (tokenizer.chatTemplate().isEmpty())
            return List.of(
                    "The model has no chat template: conversations are written as 'User: …',"
                            + " 'Assistant: …', one turn a line");
        return tokenizer.chatTemplate().get().writesTheDate()
                ? List.of("The model's chat template writes today's date into every conversation")
                : List.of();
    }

    TrainerEvent.EpochData epoch() {
        Batches.Size size = batches.size();
        return new TrainerEvent.EpochData(
                size.documents(), size.rows(), size.tokens(), size.documentsPerRow());
    }

    /** What the owner of the run should know about the texts. */
    List<String> warnings(Training training) {
        List<String> warnings = new ArrayList<>(aboutChat);
        if (report.truncated() > 0)
            warnings.add(
                    "%d of %d rows were cut at %d tokens"
                            .formatted(
                                    report.truncated(), report.rows(), training.sequenceLength()));
        if (report.dropped() > 0)
            warnings.add(
                    "%d documents were left out: nothing of their completion fits"
                            .formatted(report.dropped()));
        return warnings;
    }

    private static List<Batch> validation(Run run, Tokenizer tokenizer, BooleanSupplier stopped)
            throws IOException {
        Run.Data data = run.validation();
        if (data == null) return List.of();
        Training training = run.spec().training();
        int rowsAtOnce = Math.min(VALIDATION_ROWS, training.rowsAtOnce());
        Batches batches =
                Batches.unpacked(rows(run, data, tokenizer, stopped), rowsAtOnce, training.seed());
        List<Batch> chosen = new ArrayList<>();
        int count = Math.min(batches.stepsPerEpoch(), VALIDATION_ROWS / rowsAtOnce);
        for (int i = 0; i < count; i++) chosen.add(batches.batch(i));
        return chosen;
    }

    private static Rows rows(Run run, Run.Data data, Tokenizer tokenizer, BooleanSupplier stopped)
            throws IOException {
        Path file = Path.of(data.path());
        Tokenization tokenization =
                new Tokenization(
                        tokenizer,
                        run.spec().regime(),
                        run.spec().training().sequenceLength(),
                        run.spec().training().packing());
        LoggedProgress progress = new LoggedProgress(file, Clock.systemUTC(), stopped);
        return run.cache() == null
                ? Rows.of(file, format(data), tokenization, progress)
                : new TokenCache(Path.of(run.cache()))
                        .rows(file, format(data), tokenization, progress);
    }

    private static Format format(Run.Data data) {
        return Format.valueOf(data.format().toUpperCase(Locale.ROOT));
    }
}
