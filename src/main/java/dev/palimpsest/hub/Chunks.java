package dev.palimpsest.hub;

import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A body read piece by piece, which an interrupt ends and a silent connection breaks. */
final class Chunks implements Closeable {
    private final Flow.Publisher<List<ByteBuffer>> publisher;
    private final Duration patience;
    private @Nullable Arrivals arrivals;

    private Chunks(Flow.Publisher<List<ByteBuffer>> publisher, Duration patience) {
        this.publisher = publisher;
        this.patience = patience;
    }

    static HttpResponse.BodyHandler<Chunks> patientFor(Duration patience) {
        return answer ->
                HttpResponse.BodySubscribers.mapping(
                        HttpResponse.BodySubscribers.ofPublisher(),
                        publisher -> new Chunks(publisher, patience));
    }

    /** The next bytes, or nothing after the last. */
    Optional<List<ByteBuffer>> next() throws IOException, InterruptedException {
        Arrivals open = open();
        open.ask();
        Arrival arrival = open.queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        return switch (arrival) {
            case null -> throw new IOException("nothing came for " + patience.toSeconds() + " s");
            case Arrival.Bytes(var bytes) -> Optional.of(bytes);
            case Arrival.End() -> Optional.empty();
            case Arrival.Broken(var why) -> throw new IOException("the connection broke", why);
        };
    }

    @Override
    public void close() {
        open().cancel();
    }

    private Arrivals open() {
        Arrivals known = arrivals;
        if (known != null) return known;
        Arrivals opened = new Arrivals();
        publisher.subscribe(opened);
        arrivals = opened;
        return opened;
    }

    private sealed interface Arrival {
        record Bytes(List<ByteBuffer> bytes) implements Arrival {}

        record End() implements Arrival {}

        record Broken(Throwable why) implements Arrival {}
    }

    /** Asks for one piece at a time, so that no more than it waits in memory. */
    private static final class Arrivals implements Flow.Subscriber<List<ByteBuffer>> {
        private final BlockingQueue<Arrival> queue = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

        void ask() {
            var _ = whenSubscribed().thenAccept(given -> given.request(1));
        }

        void cancel() {
            var _ = whenSubscribed().thenAccept(Flow.Subscription::cancel);
        }

        private CompletionStage<Flow.Subscription> whenSubscribed() {
            return subscription;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(List<ByteBuffer> bytes) {
            queue.add(new Arrival.Bytes(bytes));
        }

        @Override
        public void onError(Throwable why) {
            queue.add(new Arrival.Broken(why));
        }

        @Override
        public void onComplete() {
            queue.add(new Arrival.End());
        }
    }
}
