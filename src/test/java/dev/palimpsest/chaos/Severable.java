package dev.palimpsest.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** A way to PostgreSQL that can be cut, and that leads to wherever that listens now. */
final class Severable implements Closeable {
    private final ServerSocket door;
    private final IntSupplier port;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private Severable(ServerSocket door, IntSupplier port) {
        this.door = door;
        this.port = port;
    }

    static Severable to(IntSupplier port) throws IOException {
        ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Severable way = new Severable(door, port);
        Thread.ofVirtual().start(way::admit);
        return way;
    }

    int port() {
        return door.getLocalPort();
    }

    /** What goes through it ends, and nothing goes through until it is mended. */
    void cut() {
        cut = true;
        open.forEach(Severable::end);
    }

    void mend() {
        cut = false;
    }

    private void admit() {
        while (!door.isClosed()) {
            try {
                Socket here = door.accept();
                open.add(here);
                Thread.ofVirtual().start(() -> join(here));
            } catch (IOException _) { // it was closed, or whoever came has gone
            }
        }
    }

    private void join(Socket here) {
        try (here;
                Socket there = new Socket(InetAddress.getLoopbackAddress(), port.getAsInt())) {
            open.add(there);
            if (cut) return;
            Thread back = Thread.ofVirtual().start(() -> copy(there, here));
            copy(here, there);
            back.join();
            open.remove(there);
        } catch (IOException _) { // nobody listens there just now
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(here);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException _) { // one of them has gone, and so does the other
        } finally {
            end(from);
            end(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) { // it is closed all the same
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(Severable::end);
    }
}
