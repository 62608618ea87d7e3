package dev.palimpsest.catalog;

import org.jspecify.annotations.Nullable;

/** How far an import is; the total is null where it is not known. */
record ImportProgress(ImportPhase phase, long bytesDone, @Nullable Long bytesTotal) {
    static final ImportProgress NONE = new ImportProgress(ImportPhase.WAITING, 0, null);
}
