package dev.palimpsest.hub;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import okhttp3.Call;
import okhttp3.Response;

/**
 * A body read piece by piece, which an interrupt ends though a read from the network would go on:
 * that is done by a thread of its own.
 */
final class Chunks implements Closeable {
    private static final int LONGEST = 1 << 16;

    private final Call call;
    private final Response response;
    private final ByteBuffer piece = ByteBuffer.allocate(LONGEST);
    private final ExecutorService reader =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("hub").factory());

    Chunks(Call call, Response response) {
        this.call = call;
        this.response = response;
    }

    /** The next bytes, good until more are asked for, or nothing after the last. */
    Optional<ByteBuffer> next() throws IOException, InterruptedException {
        Future<Integer> read = reader.submit(() -> response.body().source().read(piece.clear()));
        try {
            return read.get() < 0 ? Optional.empty() : Optional.of(piece.flip());
        } catch (ExecutionException broken) {
            throw new IOException("the connection broke: " + broken.getCause(), broken);
        }
    }

    @Override
    public void close() {
        call.cancel(); // a read that waits ends
        reader.execute(response::close);
        reader.shutdown();
    }
}
