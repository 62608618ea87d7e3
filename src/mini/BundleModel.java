import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns a checkpoint of palimpsest-mini into the resources that the jar carries, in bf16: BundleModel CHECKPOINT RESOURCES
 * TRAINING_DATA. Training pushes the embeddings of tokens that its data never has away from all else, in one direction (their cosines are
 * 0.9999), so that what is built on them could never tell them apart; a random vector of length 1 is added to each.
 */
class BundleModel {
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final long SEED = 17;

    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        Path resources = Path.of(arguments[1]);
        boolean[] seen = seen(checkpoint.resolve("tokenizer.json"), Path.of(arguments[2]));
        Files.deleteIfExists(resources.resolve("model.safetensors"));
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights trained = Weights.read(checkpoint, ElementType.F32, scope, memory);
            Map<String, Tensor> weights = new LinkedHashMap<>(trained.named());
            Tensor embedding = weights.get(EMBEDDING);
            weights.put(EMBEDDING, scope.floats(toldApart(embedding.floats(), seen), embedding.shape()));
            new Weights(trained.architecture(), weights).as(ElementType.BF16, scope, memory).write(resources);
        }
        ObjectNode config = (ObjectNode) Binder.JSON.readTree(Files.readString(checkpoint.resolve("config.json")));
        config.put("torch_dtype", "bfloat16");
        Files.writeString(
                resources.resolve("config.json"), Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }

    private static float[] toldApart(float[] rows, boolean[] seen) {
        int width = rows.length / seen.length;
        Random random = new Random(SEED);
        int unseen = 0;
        for (int id = 0; id < seen.length; id++) {
            if (seen[id]) continue;
            double[] row = Stream.generate(random::nextGaussian).limit(width).mapToDouble(x -> x).toArray();
            double norm = 0;
            for (double x : row) norm += x * x;
            for (int i = 0; i < width; i++) rows[id * width + i] += (float) (row[i] / Math.sqrt(norm));
            unseen++;
        }
        System.out.println(unseen + " of " + seen.length + " tokens never occur in the data");
        return rows;
    }

    private static boolean[] seen(Path file, Path data) throws Exception {
        try (Tokenizer tokenizer = Tokenizer.open(file);
                Stream<String> lines = Files.lines(data)) {
            boolean[] seen = new boolean[tokenizer.vocabularySize()];
            seen[tokenizer.endOfText()] = true;
            lines.forEach(
                    line -> {
                        for (int id : tokenizer.encode(Binder.JSON.readTree(line).path("text").asString())) seen[id] = true;
                    });
            return seen;
        }
    }
}
