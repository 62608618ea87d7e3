package dev.palimpsest.model;

import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads texts pass by pass with room for the keys and values of a trunk and of one pass.
 *
 * @param keys of each block: (key-value heads, capacity, head size)
 * @param values likewise
 */
record Reader(Decoder decoder, List<Tensor> keys, List<Tensor> values) {
    static Reader of(Decoder decoder, Scope scope, int capacity) {
        List<Tensor> keys = new ArrayList<>();
        List<Tensor> values = new ArrayList<>();
        for (int layer = 0; layer < decoder.architecture().layers(); layer++) {
            keys.add(decoder.cache(scope, 1, capacity));
            values.add(decoder.cache(scope, 1, capacity));
        }
        return new Reader(decoder, keys, values);
    }

    /** The last block's output (rows, hidden). */
    Tensor read(Scope scope, Reading pass) {
        Kernels kernels = decoder.kernels();
        try (Scope call = scope.nested()) {
            long[] positions = pass.positions();
            QueryBlocks blocks = QueryBlocks.of(pass, decoder.architecture());
            List<Tensor> queries = tensors(call, blocks.queries());
            List<Tensor> places = tensors(call, blocks.keys());
            Tensor back = call.longs(blocks.back(), blocks.back().length);
            Decoder.Surroundings at = decoder.surroundings(call, positions);
            Tensor x = decoder.embed(call, call.longs(pass.ids(), positions.length));
            for (int layer = 0; layer < keys.size(); layer++) {
                Tensor before = x;
                x =
                        kernels.one(
                                call,
                                "block_read",
                                before,
                                (long) pass.trunk(),
                                at.cos(),
                                at.sin(),
                                at.mask(),
                                blocks.shapes(),
                                queries,
                                places,
                                back,
                                decoder.block(layer),
                                decoder.adapter(layer),
                                keys.get(layer),
                                values.get(layer));
                before.close();
            }
            return scope.adopt(x);
        }
    }

    /** Keys and values of chosen rows, block by block: (key-value heads, rows, head size) each. */
    List<Tensor> taken(Scope scope, int[] rows) {
        long[] chosen = new long[rows.length];
        for (int i = 0; i < rows.length; i++) chosen[i] = rows[i];
        List<Tensor> all = new ArrayList<>(keys);
        all.addAll(values);
        return decoder.kernels().call(scope, "taken", all, scope.longs(chosen, chosen.length));
    }

    /** One row of a pass's output (1, hidden). */
    Tensor row(Scope scope, Tensor x, int row) {
        return decoder.kernels().one(scope, "row", x, (long) row);
    }

    private static List<Tensor> tensors(Scope scope, List<long[]> numbers) {
        return numbers.stream().map(n -> scope.longs(n, n.length)).toList();
    }
}
