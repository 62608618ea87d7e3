package dev.palimpsest.catalog;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Where a base model comes from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface ModelSource {
    /** A Hugging Face directory on the service's machine; its files are copied. */
    @JsonTypeName("directory")
    record Directory(String path) implements ModelSource {
        public Directory {
            new Faults()
                    .require(Folder.isPath(path), "/path", "must be the path of a folder")
                    .raise();
        }
    }

    /** A model of the hub at a branch, a tag or a commit; only the files it needs are fetched. */
    @JsonTypeName("hub")
    record Hub(String id, @Default("\"main\"") String revision) implements ModelSource {
        public Hub {
            new Faults()
                    .require(
                            dev.palimpsest.hub.Hub.isId(id),
                            "/id",
                            "must be a model's id such as HuggingFaceTB/SmolLM2-135M")
                    .require(
                            dev.palimpsest.hub.Hub.isRevision(revision),
                            "/revision",
                            "must be a branch, a tag or a commit")
                    .raise();
        }
    }

    /** A GGUF file on the service's machine; its weights are dequantised to fp32. */
    @JsonTypeName("gguf")
    record Gguf(String path) implements ModelSource {
        public Gguf {
            new Faults()
                    .require(Folder.isPath(path), "/path", "must be the path of a file")
                    .raise();
        }
    }

    /**
     * Untrained weights of the sizes that {@code config}, a config.json of transformers, gives.
     *
     * @param tokenizer a registered model whose tokenizer is taken; that of palimpsest-mini if none
     *     is named
     */
    @JsonTypeName("random")
    record Random(JsonNode config, @Default("17") long seed, @Nullable String tokenizer)
            implements ModelSource {
        public Random {
            new Faults()
                    .require(config.isObject(), "/config", "must be an object, as in config.json")
                    .raise();
        }
    }
}
