package dev.palimpsest.tables;

import dev.palimpsest.data.InvalidData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The first record of a CSV file: its columns' names. */
final class Header {
    private static final int LONGEST = 1 << 20; // bytes

    private Header() {}

    static List<String> of(Path file, char separator) throws IOException {
        byte[] begin;
        try (InputStream bytes = Files.newInputStream(file)) {
            begin = bytes.readNBytes(LONGEST);
        }
        int end = end(begin);
        if (end == 0) throw new InvalidData("is empty; its first line must name the columns");
        if (end == LONGEST)
            throw new InvalidData(
                    "has a first line of more than %,d bytes; it must name the columns"
                            .formatted(LONGEST));
        String line = text(begin, end);
        List<String> names =
                fields(line.startsWith("\uFEFF") ? line.substring(1) : line, separator);
        for (int i = 0; i < names.size(); i++)
            if (names.get(i).isBlank())
                throw new InvalidData(
                        "has no name for column %d in its first line".formatted(i + 1));
        return names;
    }

    /** The first line feed that does not stand in quotes. */
    private static int end(byte[] begin) {
        boolean quoted = false;
        for (int i = 0; i < begin.length; i++) {
            if (begin[i] == '"') quoted = !quoted;
            if (begin[i] == '\n' && !quoted) return i;
        }
        return begin.length;
    }

    private static String text(byte[] begin, int end) {
        try {
            String line =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(begin, 0, end))
                            .toString();
            if (line.indexOf('\0') >= 0) throw new InvalidData("holds a NUL in its first line");
            return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        } catch (CharacterCodingException broken) {
            throw new InvalidData("is not valid UTF-8 in its first line", broken);
        }
    }

    private static List<String> fields(String line, char separator) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char letter = line.charAt(i);
            if (letter == '"') {
                boolean twice = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (twice) field.append(line.charAt(++i));
                else quoted = !quoted;
            } else if (letter == separator && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(letter);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
