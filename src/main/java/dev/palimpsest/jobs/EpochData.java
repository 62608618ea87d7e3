package dev.palimpsest.jobs;

/** What an epoch of a job is made of; a row, of one document or several, is what batches count. */
public record EpochData(long documents, long rows, long tokensPerEpoch, double documentsPerRow) {}
