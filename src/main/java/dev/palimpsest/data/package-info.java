/** Text to token batches: files of documents, the tokenizer, batches with their loss masks. */
@NullMarked
package dev.palimpsest.data;

import org.jspecify.annotations.NullMarked;
