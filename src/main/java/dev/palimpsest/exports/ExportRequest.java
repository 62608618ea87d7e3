package dev.palimpsest.exports;

import dev.palimpsest.decomposition.IntruderReduction;
import dev.palimpsest.trainer.ExportForm;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint is to be made into.
 *
 * @param reduceIntruders how its intruder dimensions are scaled down; left as they are if left out
 */
record ExportRequest(ExportForm form, @Nullable IntruderReduction reduceIntruders) {}
