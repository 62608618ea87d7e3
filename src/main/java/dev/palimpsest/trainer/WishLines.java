package dev.palimpsest.trainer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Standard input, a wish a line; one that is called off is heard while it is being done. */
final class WishLines {
    private static final int STOPPED = 3;

    private final BlockingQueue<CompletionWish.Write> waiting = new LinkedBlockingQueue<>();
    private volatile long calledOff = -1;

    private WishLines() {}

    /** Reads to the end of input on a thread of its own; with it the process ends. */
    static WishLines heard(InputStream in) {
        WishLines lines = new WishLines();
        Thread.ofPlatform().daemon().start(() -> lines.read(in));
        return lines;
    }

    CompletionWish.Write next() throws InterruptedException {
        return waiting.take();
    }

    boolean calledOff(long number) {
        return calledOff == number;
    }

    private void read(InputStream in) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine())
                hear(CompletionWish.of(line));
        } catch (IOException closed) {
            // the same as the end
        }
        Runtime.getRuntime().halt(STOPPED); // what is not whole is of no use
    }

    private void hear(CompletionWish wish) {
        switch (wish) {
            case CompletionWish.Write write -> waiting.add(write);
            case CompletionWish.CallOff(long number) -> calledOff = number;
        }
    }
}
