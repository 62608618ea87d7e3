package dev.palimpsest.evaluation;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Sha256;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;

/**
 * A benchmark's documents as they were published: one JSON object a line, perhaps gzipped.
 *
 * @param content what tells its bytes from those of another file of its name, where that may come
 */
public record BenchmarkFile(String name, String content, Source source) {
    /** Opens the bytes. */
    public interface Source {
        InputStream open() throws IOException;
    }

    static InputStream bundled(String resource) {
        InputStream bytes = BenchmarkFile.class.getResourceAsStream(resource);
        if (bytes == null) throw new IllegalStateException(resource + " is not in this build");
        return bytes;
    }

    /** Of the bytes as they are unpacked, so that packing changes nothing. */
    public String sha256() throws IOException {
        Sha256 sum = new Sha256();
        try (InputStream bytes = unpacked()) {
            byte[] buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer))
                sum.add(ByteBuffer.wrap(buffer, 0, read));
        }
        return sum.hex();
    }

    List<Rendering.Document> documents(Function<BenchmarkRow, ? extends Question> question)
            throws IOException {
        return rows(row -> new Rendering.Document(row.json(), question.apply(row)));
    }

    /** Its lines, read; a line that cannot be is named. */
    <T> List<T> rows(Function<BenchmarkRow, T> read) throws IOException {
        List<T> rows = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(unpacked(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                rows.add(row(line, rows.size() + 1, read));
        }
        if (rows.isEmpty()) throw new InvalidData(name + " has no documents");
        return rows;
    }

    private <T> T row(String line, int number, Function<BenchmarkRow, T> read) {
        try {
            return read.apply(new BenchmarkRow(Binder.JSON.readTree(line)));
        } catch (JacksonException | InvalidSpec | InvalidData wrong) {
            throw new InvalidData(
                    "Line %d of %s is no document: %s".formatted(number, name, wrong.getMessage()),
                    wrong);
        }
    }

    private InputStream unpacked() throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(source.open());
        bytes.mark(2);
        boolean gzipped = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        return gzipped ? new GZIPInputStream(bytes) : bytes;
    }
}
