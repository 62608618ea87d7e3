import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** Turns a checkpoint of palimpsest-mini into the resources that the jar carries, in bf16. */
class BundleModel {
    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        Path resources = Path.of(arguments[1]);
        Files.deleteIfExists(resources.resolve("model.safetensors"));
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Weights.read(checkpoint, ElementType.BF16, scope, memory).write(resources);
        }
        ObjectNode config =
                (ObjectNode)
                        Binder.JSON.readTree(Files.readString(checkpoint.resolve("config.json")));
        config.put("torch_dtype", "bfloat16");
        Files.writeString(
                resources.resolve("config.json"),
                Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }
}
