import dev.palimpsest.model.Safetensors;
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
import tools.jackson.databind.node.ObjectNode;

/** Turns a checkpoint of palimpsest-mini into the resources that the jar carries, in bf16. */
class BundleModel {
    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        Path resources = Path.of(arguments[1]);
        Files.deleteIfExists(resources.resolve("model.safetensors"));
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Map<String, Tensor> halved = new LinkedHashMap<>();
            Weights.read(checkpoint, scope, memory)
                    .named()
                    .forEach(
                            (name, tensor) ->
                                    halved.put(name, memory.as(scope, tensor, ElementType.BF16)));
            Safetensors.write(resources.resolve("model.safetensors"), ElementType.BF16, halved);
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
