package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** An existing adapter that a LoRA run starts from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface AdapterSource {
    /** A checkpoint of another job on the same base model. */
    @JsonTypeName("checkpoint")
    record Checkpoint(String id) implements AdapterSource {
        public Checkpoint {
            new Faults().require(!id.isBlank(), "/id", "must be a checkpoint's id").raise();
        }
    }

    /** A folder on the service's machine with an adapter in PEFT's layout. */
    @JsonTypeName("directory")
    record Directory(String path) implements AdapterSource {
        public Directory {
            new Faults().require(!path.isBlank(), "/path", "must be a folder's path").raise();
        }
    }
}
