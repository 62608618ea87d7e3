package dev.palimpsest.model;

import dev.palimpsest.model.Inference.Listener;
import dev.palimpsest.model.LanguageModel.Prompt;
import dev.palimpsest.model.LanguageModel.Sampling;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes texts side by side: each prompt is read once, a text that ends leaves its row of the
 * cache, and the next one enters.
 */
final class Generation {
    private static final RandomGeneratorFactory<RandomGenerator> RANDOM =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private final Decoder decoder;
    private final Sampling sampling;
    private final int endOfText;
    private final @Nullable Integer likeliest;
    private final Listener listener;
    private final Deque<Text> waiting = new ArrayDeque<>();
    private final List<Text> writing = new ArrayList<>(); // in the cache's rows

    /** A prompt that has been read; it is kept until the last of its texts is written. */
    static final class Read {
        private final Scope scope;
        private final List<Tensor> cached; // keys of each block, then values
        private final Tensor last; // (1, hidden): the last block's output for its last token
        private final int length;
        private final boolean shared;
        private int unwritten;

        Read(Scope scope, List<Tensor> cached, Tensor last, int length, int texts) {
            this.scope = scope;
            this.cached = cached;
            this.last = last;
            this.length = length;
            this.shared = texts > 1;
            this.unwritten = texts;
        }

        List<Tensor> cached() {
            return cached;
        }

        int length() {
            return length;
        }

        /** Whether several texts look at these keys, of which none then has a copy. */
        boolean shared() {
            return shared;
        }

        void written() {
            if (--unwritten == 0) scope.close();
        }
    }

    /**
     * A text that is being written.
     *
     * @param of the prompt's place among the prompts
     * @param sample its own among the prompt's samples
     */
    record Text(Read prompt, int of, int sample, List<Integer> written, RandomGenerator random) {
        /** The newest token's place in the text, prompt included. */
        int position() {
            return prompt.length() + written.size() - 1;
        }

        /** Its place among the keys of the text's own row. */
        int place() {
            return (prompt.shared() ? 0 : prompt.length()) + written.size() - 1;
        }
    }

    Generation(
            Decoder decoder,
            Sampling sampling,
            int endOfText,
            @Nullable Integer likeliest,
            Listener listener) {
        this.decoder = decoder;
        this.sampling = sampling;
        this.endOfText = endOfText;
        this.likeliest = likeliest;
        this.listener = listener;
    }

    List<List<List<Integer>>> of(List<Prompt> prompts) {
        List<List<List<Integer>>> answers = new ArrayList<>();
        for (Prompt prompt : prompts) {
            List<List<Integer>> samples = new ArrayList<>();
            for (int i = 0; i < prompt.samples(); i++) samples.add(new ArrayList<>());
            answers.add(samples);
        }
        List<Reading> passes =
                ReadingPlan.of(
                        prompts.stream()
                                .map(p -> p.tokens().stream().mapToInt(id -> id).toArray())
                                .toList());
        try (Scope scope = decoder.owner().nested()) {
            Reader reader = Reader.of(decoder, scope, ReadingPlan.capacity(passes));
            TextCache cache = TextCache.of(decoder, scope, rows(prompts));
            Iterator<Reading> unread = passes.iterator();
            while (true) {
                while (writing.size() < cache.rows()) {
                    if (!waiting.isEmpty()) enter(cache);
                    else if (unread.hasNext()) read(scope, reader, unread.next(), prompts, answers);
                    else break;
                }
                if (writing.isEmpty()) return answers;
                try (Scope step = scope.nested()) {
                    Tensor x = cache.decoded(step, writing);
                    Next next = next(step, x, writing);
                    for (int row = writing.size() - 1; row >= 0; row--)
                        if (!goesOn(writing.get(row), next, row)) leave(cache, row);
                }
            }
        }
    }

    private int rows(List<Prompt> prompts) {
        long longest =
                sampling.most()
                        + prompts.stream()
                                .mapToLong(p -> p.samples() > 1 ? 0 : p.tokens().size())
                                .max()
                                .orElse(0);
        long texts = prompts.stream().mapToLong(Prompt::samples).sum();
        return TextCache.rows(decoder.architecture(), longest, texts);
    }

    /** Reads a pass; texts wait of those prompts that end in it. */
    private void read(
            Scope scope,
            Reader reader,
            Reading pass,
            List<Prompt> prompts,
            List<List<List<Integer>>> answers) {
        try (Scope call = scope.nested()) {
            Tensor x = reader.read(call, pass);
            var paths = pass.paths();
            pass.visit(
                    (segment, row) -> {
                        for (int text : segment.texts()) {
                            Prompt prompt = prompts.get(text);
                            int length = prompt.tokens().size();
                            if (length <= segment.from() || length > segment.to()) continue;
                            Scope kept = scope.nested();
                            int[] path = Arrays.copyOf(paths.get(segment), length);
                            Read read =
                                    new Read(
                                            kept,
                                            reader.taken(kept, path),
                                            reader.row(kept, x, row + length - 1 - segment.from()),
                                            length,
                                            prompt.samples());
                            for (int i = 0; i < prompt.samples(); i++)
                                waiting.add(
                                        new Text(
                                                read,
                                                text,
                                                i,
                                                answers.get(text).get(i),
                                                RANDOM.create(prompt.seed() + i)));
                        }
                    });
        }
    }

    /** As many waiting texts as there are rows begin. */
    private void enter(TextCache cache) {
        List<Text> entering = new ArrayList<>();
        while (entering.size() < cache.rows() - writing.size() && !waiting.isEmpty())
            entering.add(waiting.remove());
        try (Scope call = decoder.owner().nested()) {
            List<Tensor> last = entering.stream().map(text -> text.prompt().last).toList();
            Next next = next(call, decoder.kernels().one(call, "stacked", last), entering);
            for (int i = 0; i < entering.size(); i++) {
                Text text = entering.get(i);
                if (goesOn(text, next, i)) {
                    cache.begin(call, writing.size(), text);
                    writing.add(text);
                } else {
                    text.prompt().written();
                }
            }
        }
    }

    /** The last row's text takes the place of the one that leaves. */
    private void leave(TextCache cache, int row) {
        Text left = writing.get(row);
        Text last = writing.removeLast();
        if (row < writing.size()) {
            writing.set(row, last);
            cache.move(writing.size(), row, last);
        }
        left.prompt().written();
    }

    private boolean goesOn(Text text, Next next, int row) {
        long token = next.tokens()[row];
        if (token == endOfText) return false;
        text.written().add((int) token);
        Chance chance = next.chances().isEmpty() ? null : next.chances().get(row);
        return listener.goesOn(text.of(), text.sample(), text.written(), chance)
                && text.written().size() < sampling.most();
    }

    /** The token that follows in each row, and their chances if those are told. */
    private record Next(long[] tokens, List<Chance> chances) {}

    /** After each text's row of the last block's output. */
    private Next next(Scope scope, Tensor x, List<Text> texts) {
        long[] rows = new long[texts.size()];
        Arrays.setAll(rows, row -> row);
        Tensor logits = decoder.headLogits(scope, x, decoder.headRows(rows));
        long[] tokens = chosen(scope, penalised(scope, logits, texts), texts);
        return new Next(
                tokens,
                likeliest == null
                        ? List.of()
                        : Chance.of(decoder, scope, logits, tokens, likeliest));
    }

    private long[] chosen(Scope scope, Tensor logits, List<Text> texts) {
        if (sampling.temperature() == 0) {
            return Arrays.copyOf(
                    decoder.kernels().one(scope, "greedy", logits).longs(), texts.size());
        }
        float[] draws = new float[(int) logits.shape()[0]];
        for (int i = 0; i < texts.size(); i++) draws[i] = texts.get(i).random().nextFloat();
        return Arrays.copyOf(
                decoder.kernels()
                        .one(
                                scope,
                                "sample",
                                logits,
                                sampling.temperature(),
                                (long) sampling.topK(),
                                sampling.topP(),
                                scope.floats(draws, draws.length))
                        .longs(),
                texts.size());
    }

    /** The logits (rows or more, vocabulary) less what each text's own tokens cost it. */
    private Tensor penalised(Scope scope, Tensor logits, List<Text> texts) {
        if (sampling.penalties().areNone()) return logits;
        List<Long> places = new ArrayList<>();
        List<Double> amounts = new ArrayList<>();
        for (int row = 0; row < texts.size(); row++) {
            long first = row * logits.shape()[1];
            Map<Integer, Integer> times = new TreeMap<>();
            for (Integer token : texts.get(row).written()) times.merge(token, 1, Integer::sum);
            times.forEach(
                    (token, count) -> {
                        places.add(first + token);
                        amounts.add(-sampling.penalties().of(count));
                    });
        }
        float[] less = new float[amounts.size()];
        for (int i = 0; i < less.length; i++) less[i] = amounts.get(i).floatValue();
        long[] at = places.stream().mapToLong(place -> place).toArray();
        return decoder.kernels()
                .one(
                        scope,
                        "penalised",
                        logits,
                        scope.longs(at, at.length),
                        scope.floats(less, less.length));
    }
}
