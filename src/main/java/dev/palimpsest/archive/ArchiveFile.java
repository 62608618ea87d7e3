package dev.palimpsest.archive;

import dev.palimpsest.archive.Manifest.Member;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.LineReader;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An archive that was sent. Before anything is made of it, it has what its manifest lists and
 * nothing else, no member is larger than that says, and all sums are right.
 */
final class ArchiveFile implements AutoCloseable {
    private static final int MOST_MEMBERS = 200_000;
    private static final int LARGEST_MANIFEST = 64 << 20;
    private static final long SMALL = 64 << 20;

    /** Measurements pack to a tenth or less; what packs to less than this was made to. */
    private static final long MOST_UNPACKED_FROM_A_BYTE = 200;

    private final ZipFile zip;
    private final Manifest manifest;
    private final Map<String, Member> members;

    private ArchiveFile(ZipFile zip, Manifest manifest) {
        this.zip = zip;
        this.manifest = manifest;
        this.members = new HashMap<>();
        manifest.members().forEach(member -> members.put(member.name(), member));
    }

    /** Throws {@link InvalidSpec} with what is wrong. */
    static ArchiveFile verified(Path file, long mostBytes) throws IOException {
        ZipFile zip = open(file);
        try {
            ArchiveFile archive = new ArchiveFile(zip, manifest(zip));
            archive.checkNames();
            archive.checkSize(Files.size(file), mostBytes);
            for (Member member : archive.manifest.members()) archive.checkSum(member);
            return archive;
        } catch (IOException | RuntimeException refused) {
            zip.close();
            throw refused;
        }
    }

    private static ZipFile open(Path file) throws IOException {
        ZipEnd.check(file, MOST_MEMBERS);
        try {
            return new ZipFile(file.toFile());
        } catch (ZipException broken) {
            throw fault("is no whole zip archive: " + broken.getMessage());
        }
    }

    private static Manifest manifest(ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(Manifest.NAME);
        if (entry == null)
            throw fault(
                    "has no %s, which is written last: it is not whole".formatted(Manifest.NAME));
        byte[] bytes;
        try (InputStream unpacked = zip.getInputStream(entry)) {
            bytes = unpacked.readNBytes(LARGEST_MANIFEST + 1);
        } catch (ZipException | EOFException broken) {
            throw fault("has a broken %s: %s".formatted(Manifest.NAME, broken.getMessage()));
        }
        if (bytes.length > LARGEST_MANIFEST) throw fault("has a manifest that is too large");
        JsonNode json = tree(bytes, Manifest.NAME);
        if (!json.path("format").asString("").equals(Manifest.FORMAT))
            throw fault("is no archive of an experiment: format must be " + Manifest.FORMAT);
        int version = json.path("version").asInt(0);
        if (version != Manifest.VERSION)
            throw fault(
                    "is of version %d of the format, this service reads version %d; export it with one that writes that"
                            .formatted(version, Manifest.VERSION));
        try {
            return Binder.bind(json, Manifest.class);
        } catch (InvalidSpec invalid) {
            throw fault("has a manifest in which " + invalid.getMessage());
        }
    }

    private void checkNames() {
        Set<String> found = new HashSet<>();
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            String name = entries.nextElement().getName();
            if (!found.add(name)) throw fault("has '%s' twice".formatted(name));
            if (!name.equals(Manifest.NAME) && !members.containsKey(name))
                throw fault("has '%s', which its manifest does not list".formatted(name));
        }
        for (String name : members.keySet())
            if (!found.contains(name))
                throw fault("lacks '%s', which its manifest lists".formatted(name));
    }

    private void checkSize(long packed, long mostBytes) {
        long unpacked = 0;
        for (Member member : manifest.members()) {
            unpacked = member.bytes() > mostBytes ? Long.MAX_VALUE : unpacked + member.bytes();
            if (unpacked > mostBytes)
                throw fault("would unpack to more than %d bytes".formatted(mostBytes));
        }
        if (unpacked > SMALL && unpacked / MOST_UNPACKED_FROM_A_BYTE > packed)
            throw fault(
                    "would unpack to %d bytes out of %d; nothing that is measured packs so well"
                            .formatted(unpacked, packed));
    }

    private void checkSum(Member member) throws IOException {
        MessageDigest digest = ArchiveWriter.sha256();
        long bytes = 0;
        byte[] block = new byte[1 << 16];
        try (InputStream unpacked = open(member)) {
            for (int read = unpacked.read(block); read >= 0; read = unpacked.read(block)) {
                bytes += read;
                if (bytes > member.bytes()) break;
                digest.update(block, 0, read);
            }
        } catch (ZipException | EOFException broken) {
            throw fault("has a broken '%s': %s".formatted(member.name(), broken.getMessage()));
        }
        String sum = HexFormat.of().formatHex(digest.digest());
        if (bytes != member.bytes() || !sum.equals(member.sha256()))
            throw fault(
                    "has another '%s' than its manifest says: its size or its sum differs"
                            .formatted(member.name()));
    }

    String experiment() {
        return manifest.experiment();
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Set<String> names() {
        return Set.copyOf(members.keySet());
    }

    InputStream open(String name) throws IOException {
        Member member = members.get(name);
        if (member == null) throw fault("lacks '%s'".formatted(name));
        return open(member);
    }

    private InputStream open(Member member) throws IOException {
        return zip.getInputStream(Objects.requireNonNull(zip.getEntry(member.name())));
    }

    /** What is done with a line. */
    @FunctionalInterface
    interface Line {
        void read(ObjectNode row) throws IOException;
    }

    /** Each line of a member; a fault is said of the line. */
    void lines(String name, Line each) throws IOException {
        try (InputStream bytes = open(name)) {
            LineReader lines = new LineReader(bytes);
            while (lines.next()) {
                String where = "%s, line %d".formatted(name, lines.number());
                try {
                    if (!(tree(lines.line(), where) instanceof ObjectNode row))
                        throw fault("%s: is no object".formatted(where));
                    each.read(row);
                } catch (InvalidData tooLong) {
                    throw fault("%s: %s".formatted(where, tooLong.getMessage()));
                } catch (Unfit unfit) {
                    throw fault("%s: %s".formatted(where, unfit.getMessage()));
                }
            }
        }
    }

    static JsonNode tree(byte[] bytes, String where) {
        try {
            return Binder.JSON.readTree(bytes);
        } catch (JacksonException broken) {
            throw fault("%s is not JSON: %s".formatted(where, broken.getOriginalMessage()));
        }
    }

    static InvalidSpec fault(String detail) {
        return new InvalidSpec("/file", detail);
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
