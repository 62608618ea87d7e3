package dev.palimpsest.evaluation;

import java.util.List;
import java.util.Map;

/** What one model scored on one task. */
public record TaskResult(String task, Map<String, Measure> metrics, List<ItemResult> items) {}
