/** Text to token batches: files of documents, the tokenizer, batches with their loss masks. */
@ApplicationModule(allowedDependencies = {"spec", "jinja"})
@NullMarked
package dev.palimpsest.data;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
