package dev.palimpsest.archive;

import dev.palimpsest.spec.Binder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An archive that somebody changed. */
final class ForgedArchive {
    private final Map<String, byte[]> members = new LinkedHashMap<>();
    private final ObjectNode manifest;

    ForgedArchive(byte[] archive) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry())
                members.put(entry.getName(), zip.readAllBytes());
        }
        manifest = (ObjectNode) Binder.JSON.readTree(members.remove("manifest.json"));
    }

    String text(String member) {
        return new String(members.getOrDefault(member, new byte[0]), StandardCharsets.UTF_8);
    }

    ForgedArchive with(String member, byte[] bytes) {
        members.put(member, bytes);
        return this;
    }

    ForgedArchive with(String member, UnaryOperator<String> change) {
        String changed = change.apply(text(member));
        if (changed.equals(text(member))) throw new IllegalStateException(member + " is as it was");
        return with(member, changed.getBytes(StandardCharsets.UTF_8));
    }

    ForgedArchive without(String member) {
        members.remove(member);
        return this;
    }

    ForgedArchive version(int version) {
        manifest.put("version", version);
        return this;
    }

    /** With a manifest that is right. */
    byte[] summed() throws IOException {
        ArrayNode list = manifest.putArray("members");
        members.forEach(
                (name, bytes) ->
                        list.addObject()
                                .put("name", name)
                                .put("bytes", bytes.length)
                                .put("sha256", sum(bytes)));
        return asItIs();
    }

    /** With the manifest that it had. */
    byte[] asItIs() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                zip.putNextEntry(new ZipEntry(member.getKey()));
                zip.write(member.getValue());
            }
            zip.putNextEntry(new ZipEntry("manifest.json"));
            zip.write(Binder.JSON.writeValueAsBytes(manifest));
        }
        return bytes.toByteArray();
    }

    /** Whose directory says that a member packs to less than it does. */
    static byte[] shortened(byte[] archive, String member) {
        byte[] bytes = archive.clone();
        ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = zip.getInt(bytes.length - 6); // the directory's place
        while (!new String(bytes, at + 46, member.length(), StandardCharsets.UTF_8).equals(member))
            at += 46 + zip.getShort(at + 28) + zip.getShort(at + 30) + zip.getShort(at + 32);
        zip.putInt(at + 20, zip.getInt(at + 20) / 2);
        return bytes;
    }

    /** Whose last record says something else at a place of it. */
    static byte[] ended(byte[] archive, int place, int said) {
        byte[] bytes = archive.clone();
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length - 22 + place, said);
        return bytes;
    }

    /** So many members that hold nothing. */
    static byte[] of(int members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < members; i++) zip.putNextEntry(new ZipEntry(Integer.toString(i)));
        }
        return bytes.toByteArray();
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
