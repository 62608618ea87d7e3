package dev.palimpsest.model;

import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A decoder that answers tasks: log-likelihoods in batches of similar length, and greedy generation
 * with cached keys and values.
 */
public final class Inference implements LanguageModel {
    private static final int TOKENS_AT_ONCE = 4096;
    private static final int MOST_ROWS = 32;

    private final Decoder decoder;
    private final int endOfText;

    public Inference(Decoder decoder, int endOfText) {
        this.decoder = decoder;
        this.endOfText = endOfText;
    }

    @Override
    public List<Likelihood> logLikelihoods(List<Request> requests) {
        List<List<Integer>> texts = requests.stream().map(Inference::joined).toList();
        Likelihood[] answers = new Likelihood[requests.size()];
        for (List<Integer> batch : batches(texts)) {
            Padded padded = Padded.of(batch.stream().map(texts::get).toList());
            List<Long> chosen = new ArrayList<>();
            List<Long> targets = new ArrayList<>();
            for (int row = 0; row < batch.size(); row++) {
                Request request = requests.get(batch.get(row));
                long first = (long) row * padded.columns() + request.context().size() - 1;
                for (int i = 0; i < request.continuation().size(); i++) {
                    chosen.add(first + i);
                    targets.add((long) request.continuation().get(i));
                }
            }
            float[] scores = decoder.score(padded.documents(), longs(chosen), longs(targets));
            int at = 0;
            for (int index : batch) {
                double sum = 0;
                boolean greedy = true;
                for (int i = 0; i < requests.get(index).continuation().size(); i++, at += 2) {
                    sum += scores[at];
                    greedy &= scores[at + 1] == 1;
                }
                answers[index] = new Likelihood(sum, greedy);
            }
        }
        return List.of(answers);
    }

    @Override
    public List<List<Integer>> generate(
            List<List<Integer>> prompts, int most, Predicate<List<Integer>> finished) {
        List<List<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) answers.add(new ArrayList<>());
        for (List<Integer> batch : batches(prompts)) {
            List<List<Integer>> rows = batch.stream().map(prompts::get).toList();
            List<List<Integer>> written = generateBatch(rows, most, finished);
            for (int row = 0; row < batch.size(); row++)
                answers.set(batch.get(row), written.get(row));
        }
        return answers;
    }

    private List<List<Integer>> generateBatch(
            List<List<Integer>> prompts, int most, Predicate<List<Integer>> finished) {
        int rows = prompts.size();
        Padded padded = Padded.of(prompts);
        List<List<Integer>> written = new ArrayList<>();
        for (int row = 0; row < rows; row++) written.add(new ArrayList<>());
        boolean[] ended = new boolean[rows];
        long[] at = prompts.stream().mapToLong(prompt -> prompt.size() - 1L).toArray();
        try (Scope scope = decoder.owner().nested()) {
            Cache cache = Cache.of(decoder, scope, rows, padded.columns() + most);
            long[] newest = cache.prefill(padded, at);
            while (true) {
                for (int row = 0; row < rows; row++) {
                    if (ended[row]) continue;
                    if (newest[row] == endOfText) {
                        ended[row] = true;
                        continue;
                    }
                    written.get(row).add((int) newest[row]);
                    ended[row] = written.get(row).size() >= most || finished.test(written.get(row));
                }
                if (IntStream.range(0, rows).allMatch(row -> ended[row])) return written;
                for (int row = 0; row < rows; row++) at[row]++;
                newest = cache.decode(newest, at);
            }
        }
    }

    /** Indices of texts in batches of similar length, the longest first. */
    private static List<List<Integer>> batches(List<List<Integer>> texts) {
        List<Integer> order =
                IntStream.range(0, texts.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> -texts.get(i).size()))
                        .toList();
        List<List<Integer>> batches = new ArrayList<>();
        for (int from = 0; from < order.size(); ) {
            int rows = TOKENS_AT_ONCE / Math.max(1, texts.get(order.get(from)).size());
            int to = Math.min(order.size(), from + Math.clamp(rows, 1, MOST_ROWS));
            batches.add(order.subList(from, to));
            from = to;
        }
        return batches;
    }

    private static List<Integer> joined(Request request) {
        List<Integer> ids = new ArrayList<>(request.context());
        ids.addAll(request.continuation());
        return ids;
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(value -> value).toArray();
    }

    /** Rows of token ids filled up on the right, where nothing looks. */
    private record Padded(long[] ids, int rows, int columns) {
        static Padded of(List<List<Integer>> texts) {
            int columns = texts.stream().mapToInt(List::size).max().orElseThrow();
            long[] ids = new long[texts.size() * columns];
            for (int row = 0; row < texts.size(); row++)
                for (int i = 0; i < texts.get(row).size(); i++)
                    ids[row * columns + i] = texts.get(row).get(i);
            return new Padded(ids, texts.size(), columns);
        }

        Documents documents() {
            return Documents.rows(ids, rows);
        }
    }

    /** Keys and values of every block, (rows, key-value heads, capacity, head size) each. */
    private record Cache(
            Decoder decoder, Scope scope, int capacity, List<Tensor> keys, List<Tensor> values) {
        static Cache of(Decoder decoder, Scope scope, int rows, int capacity) {
            List<Tensor> keys = new ArrayList<>();
            List<Tensor> values = new ArrayList<>();
            for (int layer = 0; layer < decoder.architecture().layers(); layer++) {
                keys.add(decoder.cache(scope, rows, capacity));
                values.add(decoder.cache(scope, rows, capacity));
            }
            return new Cache(decoder, scope, capacity, keys, values);
        }

        /** Fills the cache with the prompts; the most likely token after each row's last one. */
        long[] prefill(Padded prompts, long[] last) {
            Kernels kernels = decoder.kernels();
            try (Scope call = scope.nested()) {
                Decoder.Surroundings around = decoder.surroundings(call, prompts.documents());
                Tensor x = decoder.embed(call, call.longs(prompts.ids(), prompts.ids().length));
                for (int layer = 0; layer < keys.size(); layer++)
                    x =
                            kernels.one(
                                    call,
                                    "block_prefill",
                                    x,
                                    around.cos(),
                                    around.sin(),
                                    around.mask(),
                                    around.runs(),
                                    decoder.block(layer),
                                    decoder.adapter(layer),
                                    keys.get(layer),
                                    values.get(layer));
                long[] chosen = new long[last.length];
                Arrays.setAll(chosen, row -> (long) row * prompts.columns() + last[row]);
                return mostLikely(call, x, chosen);
            }
        }

        /** Adds each row's newest token at its position; the most likely token after it. */
        long[] decode(long[] newest, long[] at) {
            Kernels kernels = decoder.kernels();
            try (Scope call = scope.nested()) {
                Decoder.Surroundings around = decoder.positions(call, at, capacity);
                Tensor positions = call.longs(at, at.length);
                Tensor x = decoder.embed(call, call.longs(newest, newest.length));
                for (int layer = 0; layer < keys.size(); layer++)
                    x =
                            kernels.one(
                                    call,
                                    "block_decode",
                                    x,
                                    positions,
                                    around.cos(),
                                    around.sin(),
                                    around.mask(),
                                    decoder.block(layer),
                                    decoder.adapter(layer),
                                    keys.get(layer),
                                    values.get(layer));
                long[] rows = new long[at.length];
                Arrays.setAll(rows, row -> row);
                return mostLikely(call, x, rows);
            }
        }

        private long[] mostLikely(Scope call, Tensor x, long[] chosen) {
            Tensor logits = decoder.headLogits(call, x, chosen);
            return decoder.kernels().one(call, "greedy", logits).longs();
        }
    }
}
