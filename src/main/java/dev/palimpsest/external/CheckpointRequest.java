package dev.palimpsest.external;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.spec.Faults;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A checkpoint that lies on the service's machine, and its place in the run. */
record CheckpointRequest(long step, double epoch, long tokens, Source source) {
    CheckpointRequest {
        Arrival.check(step, epoch, tokens);
    }

    Arrival arrival() {
        return new Arrival(step, epoch, tokens);
    }

    /** Where it is. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    sealed interface Source {
        /** A folder on the service's machine, with an adapter of PEFT or a Hugging Face model. */
        @JsonTypeName("directory")
        record Directory(String path) implements Source {
            public Directory {
                new Faults().require(isPath(path), "/path", "must be a folder's path").raise();
            }

            private static boolean isPath(String path) {
                try {
                    return !Path.of(path).toString().isBlank();
                } catch (InvalidPathException _) {
                    return false;
                }
            }
        }
    }
}
