package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.LanguageModel;
import dev.palimpsest.spec.Convention;
import java.util.List;
import java.util.Map;

/**
 * A benchmark and its protocol.
 *
 * @param version goes up whenever equal answers would be scored differently
 * @param source where its items come from
 * @param licence of the items
 */
public record Task(
        String name,
        int version,
        String description,
        String source,
        String licence,
        Mechanism mechanism) {

    /** Asks a model every item and keeps each answer. */
    public TaskResult score(ItemFile items, LanguageModel model, Tokenizer tokenizer) {
        int[] asked = items.asked();
        return mechanism.score(name, items, model, tokenizer).numbered(asked);
    }

    /** How its items look to a model. */
    public List<ItemPreview> preview(ItemFile items, Tokenizer tokenizer) {
        return ItemPreview.of(mechanism, items, tokenizer);
    }

    /** The task as another convention judges it; itself where it knows only one. */
    public Task under(Convention convention) {
        return new Task(name, version, description, source, licence, mechanism.under(convention));
    }

    /** The one metric that stands for the task, and its kind. */
    public Primary primary() {
        return mechanism.primary();
    }

    /** The primary metric's value among those that a scoring gave. */
    public double primaryOf(Map<String, Measure> metrics) {
        return primaryMeasureOf(metrics).value();
    }

    /** The same with its standard error. */
    public Measure primaryMeasureOf(Map<String, Measure> metrics) {
        Measure measure = metrics.get(primary().metric());
        if (measure == null)
            throw new IllegalArgumentException(
                    "No %s among the metrics of %s: %s"
                            .formatted(primary().metric(), name, metrics.keySet()));
        return measure;
    }
}
