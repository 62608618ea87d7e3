package dev.palimpsest.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads a process's stream line by line; what is longer than a line may be comes in pieces. */
final class Lines {
    private Lines() {}

    static void read(InputStream stream, int longest, Consumer<String> each) {
        StringBuilder line = new StringBuilder();
        char[] block = new char[8192];
        try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            for (int read = reader.read(block); read >= 0; read = reader.read(block)) {
                for (int i = 0; i < read; i++) {
                    char next = block[i];
                    if (next != '\n') line.append(next);
                    if (next == '\n' || line.length() >= longest) {
                        each.accept(taken(line));
                    }
                }
            }
        } catch (IOException _) {
            // a stream of a killed process may break instead of ending
        }
        if (!line.isEmpty()) each.accept(taken(line));
    }

    private static String taken(StringBuilder line) {
        int end = line.length();
        if (end > 0 && line.charAt(end - 1) == '\r') line.setLength(end - 1);
        String text = line.toString();
        line.setLength(0);
        return text;
    }
}
