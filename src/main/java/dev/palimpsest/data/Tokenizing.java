package dev.palimpsest.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a file of documents and tokenises it on all processors, keeping their order; at any time a
 * few megabytes of text are in memory.
 */
final class Tokenizing {
    private static final int DOCUMENTS_AT_ONCE = 256;
    private static final long BYTES_AT_ONCE = 1 << 20;

    private final Path file;
    private final Format format;
    private final Progress progress;
    private final int threads = Runtime.getRuntime().availableProcessors();
    private final Deque<Future<List<int[]>>> begun = new ArrayDeque<>();
    private List<Document> gathered = new ArrayList<>();
    private long gatheredFrom;
    private long documents;
    private long tokens;

    Tokenizing(Path file, Format format, Progress progress) {
        this.file = file;
        this.format = format;
        this.progress = progress;
    }

    void into(RowBuilder builder) throws IOException {
        long size = Files.size(file);
        try (ExecutorService workers = Executors.newFixedThreadPool(threads);
                Counted bytes = new Counted(Files.newInputStream(file))) {
            DocumentFile.readGood(
                    bytes,
                    file,
                    format,
                    (_, document) -> {
                        gathered.add(document);
                        if (gathered.size() < DOCUMENTS_AT_ONCE
                                && bytes.count - gatheredFrom < BYTES_AT_ONCE) return;
                        gatheredFrom = bytes.count;
                        begin(workers, builder);
                        if (begun.size() <= 2 * threads) return;
                        finishFirst(builder);
                        progress.at(bytes.count, size, documents, tokens);
                    });
            begin(workers, builder);
            while (!begun.isEmpty()) finishFirst(builder);
            progress.at(size, size, documents, tokens);
        }
    }

    private void begin(ExecutorService workers, RowBuilder builder) {
        List<Document> some = gathered;
        gathered = new ArrayList<>();
        begun.add(workers.submit(() -> some.stream().map(builder::tokens).toList()));
    }

    private void finishFirst(RowBuilder builder) throws IOException {
        for (int[] document : finished(begun.remove())) {
            builder.add(document);
            documents++;
            tokens += document.length;
        }
    }

    private static List<int[]> finished(Future<List<int[]>> some) {
        try {
            return some.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof InvalidData said) throw said;
            throw new IllegalStateException("the tokenizer failed", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while tokenising", stopped);
        }
    }

    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream bytes) {
            super(bytes);
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            int read = super.read(into, from, most);
            count += Math.max(read, 0);
            return read;
        }
    }
}
