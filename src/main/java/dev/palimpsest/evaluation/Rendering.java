package dev.palimpsest.evaluation;

import dev.palimpsest.spec.Convention;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Documents as they are asked, each after the exemplars that a protocol picks for it.
 *
 * @param pool what lm-evaluation-harness picks exemplars from
 * @param spares whether lm-evaluation-harness keeps a document from being its own exemplar: it does
 *     where its task names neither the split of the exemplars nor that of the test
 */
record Rendering(List<Document> documents, List<Document> pool, boolean spares, Protocol protocol) {
    private static final int SEED = 1234;

    /** A line of a benchmark's file, and what is asked of it. */
    record Document(JsonNode row, Question question) {}

    List<Question> all() {
        return of(IntStream.range(0, documents.size()).boxed().toList());
    }

    /**
     * The documents with these numbers, which must rise. One generator is drawn from for one
     * document after the other: lm-evaluation-harness draws for those that are asked, the Gauntlet
     * for all there are.
     */
    List<Question> of(List<Integer> asked) {
        if (protocol.convention() == Convention.GAUNTLET && asked.size() < documents.size()) {
            List<Question> all = all();
            return asked.stream().map(all::get).toList();
        }
        PythonRandom random = new PythonRandom(SEED);
        return asked.stream().map(index -> question(index, random)).toList();
    }

    private Question question(int index, PythonRandom random) {
        String exemplars =
                exemplars(index, random)
                        .map(shown -> shown.question().solved() + protocol.convention().separator())
                        .collect(Collectors.joining());
        return documents.get(index).question().after(exemplars);
    }

    private Stream<Document> exemplars(int index, PythonRandom random) {
        if (protocol.fewShot() == 0) return Stream.empty();
        return switch (protocol.convention()) {
            case LM_EVAL ->
                    switch (protocol.exemplars()) {
                        case FIRST_N -> first(pool, spares, documents.get(index));
                        case SAMPLED -> drawn(documents.get(index), random);
                    };
            case GAUNTLET ->
                    switch (protocol.exemplars()) {
                        case FIRST_N -> first(documents, true, documents.get(index));
                        case SAMPLED -> drawnFromOwnFile(index, random);
                    };
        };
    }

    private Stream<Document> first(List<Document> from, boolean spare, Document asked) {
        return from.stream()
                .filter(document -> !spare || !document.row().equals(asked.row()))
                .limit(protocol.fewShot());
    }

    /** Where copies of the document itself leave too few, all are drawn again from the others. */
    private Stream<Document> drawn(Document asked, PythonRandom random) {
        int count = protocol.fewShot();
        if (!spares) return pick(pool, random.sample(pool.size(), count));
        List<Document> others = others(pick(pool, random.sample(pool.size(), count + 1)), asked);
        if (others.size() >= count) return others.stream().limit(count);
        List<Document> rest = others(pool.stream(), asked);
        return pick(rest, random.sample(rest.size(), count));
    }

    private static List<Document> others(Stream<Document> documents, Document asked) {
        return documents.filter(document -> !document.row().equals(asked.row())).toList();
    }

    /**
     * A document that is drawn for itself gives its place to another one; the set's order counts.
     */
    private Stream<Document> drawnFromOwnFile(int index, PythonRandom random) {
        int size = documents.size();
        PythonSet drawn = PythonSet.of(random.sample(size, Math.min(size - 1, protocol.fewShot())));
        if (drawn.contains(index)) {
            drawn.remove(index);
            if (drawn.inOrder().size() < size - 1) {
                int other = random.below(size);
                while (other == index || drawn.contains(other)) other = random.below(size);
                drawn.add(other);
            }
        }
        return drawn.inOrder().stream().map(documents::get);
    }

    private static Stream<Document> pick(List<Document> documents, int[] places) {
        return Arrays.stream(places).mapToObj(documents::get);
    }
}
