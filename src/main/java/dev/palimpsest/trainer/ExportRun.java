package dev.palimpsest.trainer;

/**
 * The run file of an export: a checkpoint in a form that other tools take.
 *
 * @param model the base model's Hugging Face directory
 * @param checkpoint the folder of an adapter or of a whole model
 * @param folder where the files are written; it is made, and must not be there before
 */
public record ExportRun(
        String model,
        String checkpoint,
        String kind,
        ExportForm form,
        String folder,
        int threads) {}
