package dev.palimpsest.webhooks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/** An endpoint on this machine that keeps what it is sent and answers as it is told. */
final class Receiver implements AutoCloseable {
    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Queue<Integer> answers = new ArrayDeque<>();
    private volatile int answer = 204;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** One post. */
    record Received(String path, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }

        String id() {
            return header("Webhook-id");
        }

        JsonNode json() {
            return Binder.JSON.readTree(body);
        }
    }

    Receiver() {
        this("127.0.0.1");
    }

    /**
     * @param address one of this machine's loopback addresses
     */
    Receiver(String address) {
        try {
            server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::receive);
        server.setExecutor(
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("receiver-", 0).factory()));
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            received.add(
                    new Received(
                            exchange.getRequestURI().toString(),
                            Map.copyOf(exchange.getRequestHeaders()),
                            new String(body, StandardCharsets.UTF_8)));
            await();
            int status = next();
            if (status / 100 == 3) exchange.getResponseHeaders().set("Location", url("/elsewhere"));
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private void await() throws IOException {
        try {
            gate.await();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    /** Answers nobody until it lets go. */
    void hold() {
        gate = new CountDownLatch(1);
    }

    void letGo() {
        gate.countDown();
    }

    private synchronized int next() {
        Integer first = answers.poll();
        return first == null ? answer : first;
    }

    /** The next answers, before those that always come. */
    synchronized void answer(Integer... statuses) {
        answers.addAll(List.of(statuses));
    }

    void alwaysAnswer(int status) {
        answer = status;
    }

    String url(String path) {
        InetSocketAddress address = server.getAddress();
        return "http://%s:%d%s".formatted(address.getHostString(), address.getPort(), path);
    }

    /** In the order of their coming. */
    List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
    }
}
