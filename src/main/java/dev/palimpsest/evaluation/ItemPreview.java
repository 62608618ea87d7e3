package dev.palimpsest.evaluation;

import dev.palimpsest.data.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * An item as a model reads it.
 *
 * @param item its number in the task's items, from 0
 * @param asked one for each text that is scored, or the one that a text is written after
 */
public record ItemPreview(int item, List<Asked> asked) {
    /**
     * What a model reads.
     *
     * @param ids of all tokens
     * @param pieces the text of each, of which several may make one letter
     * @param scored whether each one's log-likelihood counts
     */
    public record Asked(List<Integer> ids, List<String> pieces, List<Boolean> scored) {
        static Asked of(Mechanism.Asking asking, Tokenizer tokenizer) {
            List<Integer> ids = new ArrayList<>(asking.context());
            ids.addAll(asking.continuation());
            List<Boolean> scored = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) scored.add(i >= asking.context().size());
            return new Asked(
                    List.copyOf(ids),
                    ids.stream().map(id -> tokenizer.decode(List.of(id))).toList(),
                    List.copyOf(scored));
        }
    }

    static List<ItemPreview> of(Mechanism mechanism, ItemFile items, Tokenizer tokenizer) {
        int[] numbers = items.asked();
        List<ItemPreview> previews = new ArrayList<>();
        for (List<Mechanism.Asking> asked : mechanism.asked(items, tokenizer))
            previews.add(
                    new ItemPreview(
                            numbers[previews.size()],
                            asked.stream().map(one -> Asked.of(one, tokenizer)).toList()));
        return previews;
    }
}
