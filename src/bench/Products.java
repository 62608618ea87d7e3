import dev.palimpsest.torch.Kernels;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The rate of the matrix products that a step needs, each by itself: {@code Products lora|full
 * fp32|bf16 TOKENS} prints GFLOP/s, weighted as a step weights them.
 */
public class Products {
    private static final long WARM_UP = 1;
    private static final long TIMES = 4;
    private static final int ROUNDS = 3;

    /** A weight [out, in] and how many of its shape the model has. */
    private record Weight(long out, long in, int count) {
        double flop(long tokens) {
            return 2.0 * tokens * out * in * count;
        }
    }

    /** SmolLM2-135M: q and o, k and v, gate and up, down, the head. */
    private static final List<Weight> WEIGHTS =
            List.of(
                    new Weight(576, 576, 60),
                    new Weight(192, 576, 60),
                    new Weight(1536, 576, 60),
                    new Weight(576, 1536, 30),
                    new Weight(49_152, 576, 1));

    public static void main(String[] arguments) {
        boolean full = arguments[0].equals("full");
        long kind = arguments[1].equals("fp32") ? 6 : 15;
        long tokens = Long.parseLong(arguments[2]);
        double flop = 0;
        double seconds = 0;
        try (Scope scope = Scope.open()) {
            Kernels kernels = Kernels.load(scope, Map.of(), Kernels.linearOf(scope), "products");
            for (Weight weight : WEIGHTS) {
                // the head's outputs are made a few rows at a time
                long rows = weight.out() > 10_000 ? Math.min(tokens, 256) : tokens;
                double best = Double.MAX_VALUE;
                for (int round = 0; round < ROUNDS; round++)
                    best = Math.min(best, seconds(kernels, scope, weight, rows, kind, full));
                seconds += best * tokens / rows * weight.count();
                flop += weight.flop(tokens) * (full ? 3 : 2);
            }
        }
        System.out.println(flop / seconds / 1e9);
    }

    /** Of one weight's products. */
    private static double seconds(Kernels kernels, Scope owner, Weight weight, long rows, long kind, boolean full) {
        try (Scope scope = owner.nested()) {
            Tensor x = kernels.one(scope, "random", rows, weight.in(), kind);
            Tensor dy = kernels.one(scope, "random", rows, weight.out(), kind);
            Tensor w = kernels.one(scope, "random", weight.out(), weight.in(), kind);
            Tensor forward = full || kind != 6 || weight.out() > 10_000 ? w : kernels.one(scope, "packed", w);
            double seconds = seconds(kernels, scope, "forward", x, forward) + seconds(kernels, scope, "input", dy, w);
            return full ? seconds + seconds(kernels, scope, "weight", dy, x) : seconds;
        }
    }

    private static double seconds(Kernels kernels, Scope scope, String product, Tensor one, Tensor other) {
        kernels.one(scope, product, WARM_UP, one, other).close();
        long began = System.nanoTime();
        kernels.one(scope, product, TIMES - 1, one, other).close();
        return (System.nanoTime() - began) / 1e9 / TIMES;
    }
}
