package dev.palimpsest.trainer;

import dev.palimpsest.gguf.GgufType;
import java.util.Optional;

/** What an export writes. */
public enum ExportForm {
    /** A Hugging Face directory in fp32, an adapter merged into its base model. */
    MERGED,
    /** An adapter in PEFT's layout. */
    ADAPTER,
    /** One GGUF file, its matrices in half precision. */
    GGUF_F16,
    /** One GGUF file, its matrices in blocks of 8-bit numbers. */
    GGUF_Q8_0;

    /** The type of a GGUF file's matrices. */
    Optional<GgufType> gguf() {
        return switch (this) {
            case MERGED, ADAPTER -> Optional.empty();
            case GGUF_F16 -> Optional.of(GgufType.F16);
            case GGUF_Q8_0 -> Optional.of(GgufType.Q8_0);
        };
    }
}
