package dev.palimpsest.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What one model scored on one task. */
public record TaskResult(String task, Map<String, Measure> metrics, List<ItemResult> items) {
    /** What a job's metric is called that is one of a task's. */
    public static String key(String task, String metric) {
        return "eval/%s/%s".formatted(task, metric);
    }

    /** The same with the items' numbers in their file. */
    TaskResult numbered(int[] numbers) {
        List<ItemResult> numbered = new ArrayList<>();
        for (ItemResult item : items) numbered.add(item.numbered(numbers[numbered.size()]));
        return new TaskResult(task, metrics, numbered);
    }
}
