package dev.palimpsest.trainer;

import dev.palimpsest.model.Projected;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.TargetModules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The run file of spectra: a checkpoint that is compared with its base model or another checkpoint
 * of that, matrix by matrix.
 *
 * @param model the base model's Hugging Face directory
 * @param checkpoint the folder of an adapter or of a whole model
 * @param kind of the checkpoint: adapter or model
 * @param against the folder of the other checkpoint; null for the base model
 * @param weights whether the spectra of W and W' and intruders are wanted too
 * @param known matrices that are left out
 * @param norms of the base model's matrices that are known, by their paths
 * @param threads each compares a matrix of its own on the processor
 * @param device where it is computed: {@code cpu} or {@code cuda:N}
 */
public record SpectraRun(
        String model,
        String checkpoint,
        String kind,
        @Nullable String against,
        @Nullable String againstKind,
        @Default("\"all\"") TargetModules modules,
        boolean weights,
        List<Projected> known,
        @Default("{}") Map<String, Double> norms,
        int threads,
        @Default("\"cpu\"") String device) {}
