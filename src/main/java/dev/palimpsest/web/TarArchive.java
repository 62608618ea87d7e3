package dev.palimpsest.web;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.springframework.core.io.AbstractResource;

/**
 * Files as one tar that is made while it is read: nothing is copied before, its length is known,
 * and any stretch of it can be read without what lies before. Equal files make equal bytes.
 */
public final class TarArchive extends AbstractResource {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final byte[] END = new byte[2 * BLOCK];
    private static final FileTime ALWAYS = FileTime.from(Instant.parse("1980-01-01T00:00:00Z"));
    private static final ZipEncoding UTF_8 = ZipEncodingHelper.getZipEncoding("UTF-8");

    private final String folder;
    private final List<Entry> entries;
    private final List<Parts.Part> parts = new ArrayList<>();

    /** A file and the path that it has in the archive. */
    public record Entry(String path, Path file, long bytes, String sha256) {}

    /**
     * @param folder what it all unpacks into
     */
    public TarArchive(String folder, List<Entry> entries) {
        this.folder = folder;
        this.entries = List.copyOf(entries);
        for (Entry entry : entries) {
            parts.add(new Parts.Part.Bytes(header(folder + "/" + entry.path(), entry.bytes())));
            parts.add(new Parts.Part.Stored(entry.file(), entry.bytes()));
            parts.add(new Parts.Part.Bytes(new byte[Math.floorMod(-entry.bytes(), BLOCK)]));
        }
        parts.add(new Parts.Part.Bytes(END));
    }

    @Override
    public String getFilename() {
        return folder + ".tar";
    }

    @Override
    public String getDescription() {
        return getFilename();
    }

    @Override
    public boolean exists() {
        return true;
    }

    @Override
    public long contentLength() {
        return parts.stream().mapToLong(Parts.Part::length).sum();
    }

    @Override
    public InputStream getInputStream() {
        return new Parts(parts);
    }

    /** Of the files' sums: equal if and only if the archive's bytes are. */
    String sha256() {
        Sha256 sum = new Sha256();
        sum.add(folder + "\n");
        for (Entry entry : entries) sum.add(entry.path() + " " + entry.sha256() + "\n");
        return sum.hex();
    }

    private static byte[] header(String name, long bytes) {
        if (name.length() > LONGEST_NAME)
            throw new IllegalArgumentException(name + " is too long a name for a tar");
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes);
        entry.setLastModifiedTime(ALWAYS);
        entry.setUserName(""); // not that of whoever runs the service
        byte[] header = new byte[BLOCK];
        try {
            entry.writeEntryHeader(header, UTF_8, true); // sizes beyond 8 GB in binary
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return header;
    }
}
