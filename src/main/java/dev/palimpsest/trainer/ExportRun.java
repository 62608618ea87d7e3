package dev.palimpsest.trainer;

import dev.palimpsest.decomposition.IntruderReduction;
import org.jspecify.annotations.Nullable;

/**
 * The run file of an export: a checkpoint in a form that other tools take.
 *
 * @param model the base model's Hugging Face directory
 * @param checkpoint the folder of an adapter or of a whole model
 * @param reduceIntruders how intruder dimensions are scaled down first; null to leave them
 * @param folder where the files are written; it is made, and must not be there before
 */
public record ExportRun(
        String model,
        String checkpoint,
        String kind,
        ExportForm form,
        @Nullable IntruderReduction reduceIntruders,
        String folder,
        int threads) {}
