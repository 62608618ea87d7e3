package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarArchiveTests {
    private static final long TEN_GIGABYTES = 10L << 30;

    @TempDir Path folder;

    @Test
    void itUnpacksIntoTheFilesItWasMadeOf() throws IOException {
        TarArchive archive = archive("", "exactly one block".repeat(512), "a little\n");

        byte[] bytes = archive.getInputStream().readAllBytes();

        assertThat(archive.contentLength()).isEqualTo(bytes.length);
        assertThat(unpacked(bytes))
                .isEqualTo(
                        Map.of(
                                "all/0.txt", "",
                                "all/1.txt", "exactly one block".repeat(512),
                                "all/2.txt", "a little\n"));
    }

    @Test
    void whatIsSkippedIsMissingAndTheRestIsTheSame() throws IOException {
        TarArchive archive = archive("one", "two".repeat(700), "three");
        byte[] bytes = archive.getInputStream().readAllBytes();

        for (int from = 0; from <= bytes.length; from += 97) {
            InputStream read = archive.getInputStream();
            assertThat(read.skip(from)).isEqualTo(from);
            assertThat(read.readAllBytes())
                    .isEqualTo(Arrays.copyOfRange(bytes, from, bytes.length));
        }
        assertThat(archive.getInputStream().skip(1L << 40)).isEqualTo(bytes.length);
    }

    @Test
    void aFileOfTenGigabytesIsReadFromItsEndAtOnce() throws IOException {
        Path large = folder.resolve("large");
        try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
            sparse.setLength(TEN_GIGABYTES);
            sparse.seek(TEN_GIGABYTES - 3);
            sparse.write("end".getBytes(StandardCharsets.US_ASCII));
        }
        TarArchive archive = new TarArchive("all", List.of(entry("large", large, TEN_GIGABYTES)));

        InputStream read = archive.getInputStream();
        assertThat(read.skip(512 + TEN_GIGABYTES - 3)).isEqualTo(512 + TEN_GIGABYTES - 3);
        assertThat(read.readNBytes(3)).asString().isEqualTo("end");
        assertThat(archive.contentLength()).isEqualTo(512 + TEN_GIGABYTES + 1024);
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive.getInputStream())) {
            assertThat(tar.getNextEntry().getSize()).isEqualTo(TEN_GIGABYTES);
        }
    }

    @Test
    void itNamesNobody() throws IOException {
        byte[] bytes = archive("one").getInputStream().readAllBytes();

        TarArchiveEntry entry =
                new TarArchiveInputStream(new ByteArrayInputStream(bytes)).getNextEntry();

        assertThat(entry.getUserName()).isEmpty();
        assertThat(entry.getLongUserId()).isZero();
    }

    private TarArchive archive(String... texts) throws IOException {
        TarArchive.Entry[] entries = new TarArchive.Entry[texts.length];
        for (int i = 0; i < texts.length; i++) {
            Path file = Files.writeString(folder.resolve(i + ".txt"), texts[i]);
            entries[i] = entry(i + ".txt", file, Files.size(file));
        }
        return new TarArchive("all", List.of(entries));
    }

    private static TarArchive.Entry entry(String path, Path file, long bytes) {
        return new TarArchive.Entry(path, file, bytes, "sum of " + path);
    }

    private static Map<String, String> unpacked(byte[] bytes) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry())
                files.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
        }
        return files;
    }
}
