package dev.palimpsest.trainer;

import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.JobSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The run file: a job spec with every name resolved to a path, which is all that a trainer reads.
 *
 * @param model a Hugging Face directory: config.json, safetensors, tokenizer.json
 * @param folder where checkpoints are written, one sub-folder a step
 * @param resumeFrom folders of checkpoints, the newest first, the first good one of which is gone
 *     on from; with none of them the run starts at step 0
 * @param trunk what a branch goes on from where it has no checkpoint of its own
 * @param adapter the folder of an adapter to start from instead of a fresh one
 * @param evaluated what need not be scored again, as {@code task@step}; step 0 is the base model
 * @param base primary metrics of the base model that are already known, by task
 * @param device where it trains: {@code cpu} or {@code cuda:N}
 * @param past what the guards of earlier attempts have seen and done
 * @param cache where tokenised datasets are kept for other runs, or null to keep none
 */
public record Run(
        String job,
        int attempt,
        JobSpec spec,
        String model,
        Data train,
        @Nullable Data validation,
        List<TaskRun> tasks,
        String folder,
        @Default("[]") List<String> resumeFrom,
        @Nullable String adapter,
        List<String> evaluated,
        Map<String, Double> base,
        int threads,
        @Default("\"cpu\"") String device,
        @Default("{}") Past past,
        @Nullable String cache,
        @Nullable Trunk trunk) {

    /**
     * Of a run that has guards.
     *
     * @param judged the last step at which one acted, up to which nothing is judged again
     * @param ended whether it ended the run there
     */
    public record Past(
            @Default("[]") List<Measurement> measured,
            @Default("0") long judged,
            @Default("false") boolean ended) {
        static final String FORGETTING = "forgetting";
        static final String VALIDATION_LOSS = "validation/loss";

        /** The metrics that guards go by. */
        public static final List<String> WATCHED = List.of(FORGETTING, VALIDATION_LOSS);

        public static final Past NONE = new Past(List.of(), 0, false);
    }

    /** A metric's value at a step. */
    public record Measurement(String metric, long step, double value) {}

    /** A file of documents, one JSON object a line, in a format of {@code dev.palimpsest.data}. */
    public record Data(String path, String format) {}

    /**
     * Where another job's run is left.
     *
     * @param checkpoint its folder
     * @param steps of the whole run that is left, over which its schedule stretches
     */
    public record Trunk(String checkpoint, long step, long steps) {}

    /**
     * A task to score, the file of its items, and which side of the trade-off it counts for.
     *
     * @param definition of a team's own task
     */
    public record TaskRun(
            String name, String items, Role role, @Nullable TaskDefinition definition) {}

    /** Tasks of the target domain show learning, tasks of the source domain show forgetting. */
    public enum Role {
        LEARNING,
        FORGETTING
    }
}
