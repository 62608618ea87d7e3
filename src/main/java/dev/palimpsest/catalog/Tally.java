package dev.palimpsest.catalog;

import org.jspecify.annotations.Nullable;

/** Counts an import's bytes in the one thread that moves them, to be read in another. */
final class Tally {
    private volatile ImportProgress now = ImportProgress.NONE;

    void begin(ImportPhase phase, @Nullable Long bytes) {
        now = new ImportProgress(phase, 0, bytes);
    }

    void moved(long bytes) {
        ImportProgress before = now;
        now = new ImportProgress(before.phase(), before.bytesDone() + bytes, before.bytesTotal());
    }

    void at(ImportPhase phase, long bytes, long total) {
        now = new ImportProgress(phase, bytes, total);
    }

    ImportProgress now() {
        return now;
    }
}
