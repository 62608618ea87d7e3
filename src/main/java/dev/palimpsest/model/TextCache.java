package dev.palimpsest.model;

import dev.palimpsest.model.Generation.Read;
import dev.palimpsest.model.Generation.Text;
import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of texts that are being written, a row each: of what each has for itself. What
 * several have in common, they look at where it is.
 */
final class TextCache {
    private static final int MOST_ROWS = 32;
    private static final long MOST_BYTES = 1L << 30;
    private static final int PLACES_AT_ONCE = 64;

    private final Decoder decoder;
    private final Scope scope;
    private final int rows;
    private final List<Tensor> caches; // keys of each block, then values: (rows, K, places, head)
    private int places = PLACES_AT_ONCE;

    private TextCache(Decoder decoder, Scope scope, int rows) {
        this.decoder = decoder;
        this.scope = scope;
        this.rows = rows;
        this.caches = new ArrayList<>();
        int padded = Math.max(rows, Reading.FEWEST_ROWS);
        for (int i = 0; i < 2 * decoder.architecture().layers(); i++)
            caches.add(decoder.cache(scope, padded, places));
    }

    static TextCache of(Decoder decoder, Scope scope, int rows) {
        return new TextCache(decoder, scope, rows);
    }

    /** How many texts there is room for, each of so many tokens at most. */
    static int rows(Architecture architecture, long longest, long texts) {
        long row =
                2L
                        * Float.BYTES
                        * architecture.layers()
                        * architecture.keyValueHeads()
                        * architecture.headSize()
                        * longest;
        return Math.clamp(Math.min(texts, MOST_BYTES / row), 1, MOST_ROWS);
    }

    int rows() {
        return rows;
    }

    /** A text's prompt goes into a row unless it is looked at where it is. */
    void begin(Scope call, int row, Text text) {
        Read prompt = text.prompt();
        if (prompt.shared()) return;
        grow(prompt.length());
        decoder.kernels().one(call, "put_in", caches, (long) row, prompt.cached());
    }

    void move(int from, int to, Text text) {
        try (Scope call = scope.nested()) {
            decoder.kernels()
                    .one(call, "moved", caches, (long) from, (long) to, (long) text.place() + 1);
        }
    }

    /** The last block's output (rows or more, hidden) for each text's newest token. */
    Tensor decoded(Scope call, List<Text> texts) {
        int padded = Math.max(texts.size(), Reading.FEWEST_ROWS);
        long[] newest = new long[padded];
        long[] at = new long[padded];
        long[] place = new long[padded];
        int seen = 0;
        Map<Read, List<Long>> groups = new LinkedHashMap<>();
        for (int row = 0; row < texts.size(); row++) {
            Text text = texts.get(row);
            newest[row] = text.written().getLast();
            at[row] = text.position();
            place[row] = text.place();
            seen = Math.max(seen, text.place() + 1);
            if (text.prompt().shared())
                groups.computeIfAbsent(text.prompt(), _ -> new ArrayList<>()).add((long) row);
        }
        seen = grow(seen);
        Kernels kernels = decoder.kernels();
        Tensor places = call.longs(place, padded);
        Tensor positions = call.longs(at, padded);
        Decoder.Surroundings around = decoder.cached(call, at, places, seen);
        List<Tensor> members = groups.values().stream().map(group -> members(call, group)).toList();
        List<Read> trunks = List.copyOf(groups.keySet());
        int layers = decoder.architecture().layers();
        Tensor x = decoder.embed(call, call.longs(newest, padded));
        for (int layer = 0; layer < layers; layer++)
            x =
                    kernels.one(
                            call,
                            "block_decode",
                            x,
                            places,
                            positions,
                            around.cos(),
                            around.sin(),
                            around.mask(),
                            members,
                            of(trunks, layer),
                            of(trunks, layers + layer),
                            decoder.block(layer),
                            decoder.adapter(layer),
                            caches.get(layer),
                            caches.get(layers + layer));
        return x;
    }

    private static List<Tensor> of(List<Read> trunks, int cache) {
        return trunks.stream().map(trunk -> trunk.cached().get(cache)).toList();
    }

    private Tensor members(Scope call, List<Long> rows) {
        long[] members = rows.stream().mapToLong(row -> row).toArray();
        long[] enough = Decoder.multipleOf(Reading.FEWEST_ROWS, members);
        return call.longs(enough, enough.length);
    }

    /** Makes room for so many places; how many of the cache are to be looked at for them. */
    private int grow(int wanted) {
        int rounded = (wanted + PLACES_AT_ONCE - 1) / PLACES_AT_ONCE * PLACES_AT_ONCE;
        if (rounded > places) {
            places = Math.max(rounded, places + places / 2);
            for (int i = 0; i < caches.size(); i++) {
                try (Tensor old = caches.get(i)) {
                    caches.set(i, decoder.kernels().one(scope, "grown", old, (long) places));
                }
            }
        }
        return rounded;
    }
}
