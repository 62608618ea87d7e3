/** GGUF files: what they hold as a Hugging Face directory, and such a directory as a GGUF file. */
@ApplicationModule(allowedDependencies = {"spec", "model", "torch"})
@NullMarked
package dev.palimpsest.gguf;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
