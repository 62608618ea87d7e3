package dev.palimpsest.catalog;

import org.jspecify.annotations.Nullable;

/**
 * How far an import is; a total is null where it is not known. Rows are counted while a table is
 * unpacked, of which bytes say nothing.
 */
record ImportProgress(
        ImportPhase phase,
        long bytesDone,
        @Nullable Long bytesTotal,
        @Nullable Long rowsDone,
        @Nullable Long rowsTotal) {
    static final ImportProgress NONE = ofBytes(ImportPhase.WAITING, 0, null);

    static ImportProgress ofBytes(ImportPhase phase, long done, @Nullable Long total) {
        return new ImportProgress(phase, done, total, null, null);
    }

    static ImportProgress ofRows(ImportPhase phase, long done, @Nullable Long total) {
        return new ImportProgress(phase, 0, null, done, total);
    }
}
