package dev.palimpsest.jobs;

import java.util.List;

/** An experiment and its jobs were deleted; published inside the transaction that does it. */
public record ExperimentDeleted(String experiment, List<String> jobs) {}
