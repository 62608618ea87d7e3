package dev.palimpsest.exports;

import dev.palimpsest.trainer.ExportForm;

/** What a checkpoint is to be made into. */
record ExportRequest(ExportForm form) {}
