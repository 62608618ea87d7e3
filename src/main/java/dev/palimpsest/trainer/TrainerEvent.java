package dev.palimpsest.trainer;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.decomposition.Kept;
import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Guard;
import dev.palimpsest.training.Checkpoint;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of a trainer's standard output: what happened, in the order in which it happened. It
 * begins with the {@link Protocol protocol's} version.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface TrainerEvent {
    /** The run is planned and begins, or goes on, at {@code step}. */
    @JsonTypeName("started")
    record Started(
            long step,
            long totalSteps,
            long trainableParameters,
            EpochData data,
            List<String> warnings)
            implements TrainerEvent {}

    /** What an epoch is made of; a row is what the batch size counts. */
    record EpochData(long documents, long rows, long tokensPerEpoch, double documentsPerRow) {}

    /** Values measured at a step, by metric key. */
    @JsonTypeName("metrics")
    record Metrics(long step, long tokens, Map<String, Double> values, Instant at)
            implements TrainerEvent {}

    /**
     * A whole checkpoint lies in {@code folder}.
     *
     * @param kind adapter or model
     * @param interim saved only because the run stopped there
     * @param whole to be kept with all that is needed to go on from it
     */
    @JsonTypeName("checkpoint")
    record CheckpointSaved(
            long step,
            double epoch,
            long tokens,
            String kind,
            boolean interim,
            boolean whole,
            String folder,
            List<Checkpoint.SavedFile> files)
            implements TrainerEvent {}

    /** The run has lost its way at a step; it goes back or fails. */
    @JsonTypeName("diverged")
    record Diverged(long step) implements TrainerEvent {}

    /**
     * The run lost its way and went back to a step: nothing that was said of later ones holds.
     *
     * @param reason one sentence for the job's owner
     */
    @JsonTypeName("rolled_back")
    record RolledBack(long step, long tokens, String reason) implements TrainerEvent {}

    /** What a scoring answers. */
    sealed interface ScoringAnswer extends TrainerEvent {}

    /**
     * A bound of the spec was broken at a step; the run pauses or ends there.
     *
     * @param values that broke it
     * @param resultStep of the checkpoint that is the run's result, if it ends and has one
     * @param words one sentence for the job's owner
     */
    @JsonTypeName("guarded")
    record Guarded(
            long step,
            Guard guard,
            List<Run.Measurement> values,
            @Nullable Long resultStep,
            String words,
            Instant at)
            implements TrainerEvent {}

    /** A task was scored at a step; step 0 is the base model. */
    @JsonTypeName("evaluation")
    record Evaluated(long step, String task, Map<String, Measure> metrics, List<ItemResult> items)
            implements ScoringAnswer {}

    /** What is scored was cut down to a rank. */
    @JsonTypeName("truncated")
    record Truncated(Kept kept) implements ScoringAnswer {}

    /**
     * A step, whose checkpoint was told before, is to be scored by a worker; 0 is the base model.
     */
    @JsonTypeName("to_score")
    record ToScore(long step) implements TrainerEvent {}

    /** A checkpoint's matrix was compared with the base model's. */
    @JsonTypeName("decomposed")
    record Decomposed(MatrixSpectra spectra) implements TrainerEvent {}

    /** What a process that writes completions answers. */
    sealed interface CompletionAnswer extends TrainerEvent {
        /** What was asked for is meant by its number. */
        long number();
    }

    /**
     * A text has grown.
     *
     * @param choice its place among those asked for
     * @param tokens of all of it
     * @param ending why it grows no more; null if it may
     * @param told the tokens that begin in it, if that is asked for
     */
    @JsonTypeName("wrote")
    record Wrote(
            long number,
            int choice,
            String text,
            int tokens,
            @Nullable TextEnding ending,
            List<SaidToken> told)
            implements CompletionAnswer {
        public Wrote {
            told = List.copyOf(told);
        }
    }

    /** Why a text ended: by itself or a stop, or as it may not be longer. */
    enum TextEnding {
        STOP,
        LENGTH
    }

    /** All texts that were asked for have ended, or were called off. */
    @JsonTypeName("answered")
    record Answered(long number) implements CompletionAnswer {}

    /** What this process holds of its device's memory, and the most it held. */
    @JsonTypeName("memory")
    record Held(long usedBytes, long peakBytes) implements TrainerEvent {}

    /** A part of the run is over, at a step. */
    @JsonTypeName("phase")
    record Phase(Part part, long step, Instant began, Instant ended) implements TrainerEvent {}

    /** What a run is made of. */
    enum Part {
        LOAD,
        TRAIN,
        EVALUATE,
        CHECKPOINT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The last step is done, its checkpoint saved and scored. */
    @JsonTypeName("finished")
    record Finished(long steps, long peakBytes) implements TrainerEvent {}

    /** The run cannot go on; the reason is one sentence for the job's owner. */
    @JsonTypeName("failed")
    record Failed(String reason) implements TrainerEvent {}

    default String line() {
        return Protocol.line(this);
    }

    /**
     * Read as it was written: unlike a request it may hold NaN, and any character in its texts.
     *
     * @throws Protocol.Newer of a later version, which may mean what is not known here
     */
    static TrainerEvent of(String line) {
        Protocol.require(line, "what a trainer says");
        return Binder.JSON.readValue(line, TrainerEvent.class);
    }
}
