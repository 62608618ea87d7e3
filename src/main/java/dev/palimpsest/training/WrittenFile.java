package dev.palimpsest.training;

import dev.palimpsest.model.Safetensors;
import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A file of a checkpoint just written: read back once, for its sum and for what is no number. */
final class WrittenFile {
    private static final int BLOCK = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final Sha256 sum = new Sha256();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);

    /** Weights or optimizer state that no run could go on from. */
    static final class NoNumber extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoNumber(String tensor) {
            super(tensor);
        }
    }

    private WrittenFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** The file's SHA-256, once it is on the disk; throws {@link NoNumber} naming the tensor. */
    static String sum(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.force(true);
            return new WrittenFile(file, channel).read();
        }
    }

    static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            channel.force(true);
        }
    }

    private String read() throws IOException {
        if (file.toString().endsWith(".safetensors")) {
            Safetensors tensors = Safetensors.open(file);
            add(tensors.dataStart(), "", "");
            for (Map.Entry<String, Safetensors.Entry> tensor : inOrder(tensors.entries()))
                add(
                        tensors.dataStart() + tensor.getValue().end(),
                        tensor.getValue().type(),
                        tensor.getKey());
        }
        add(channel.size(), "", "");
        return sum.hex();
    }

    /** Adds the bytes up to a place, which are numbers of a type or anything else. */
    private void add(long end, String type, String tensor) throws IOException {
        while (channel.position() < end) {
            block.clear().limit((int) Math.min(BLOCK, end - channel.position()));
            while (block.hasRemaining() && channel.read(block) >= 0) {}
            block.flip();
            if (!finite(type)) throw new NoNumber(tensor);
            sum.add(block);
        }
    }

    /** Numbers whose exponent has all its bits are infinite or none at all. */
    private boolean finite(String type) {
        return switch (type) {
            case "F32" -> finiteInts();
            case "BF16" -> finiteShorts(0x7f80);
            case "F16" -> finiteShorts(0x7c00);
            default -> true;
        };
    }

    private boolean finiteInts() {
        int exponent = 0x7f800000;
        boolean finite = true;
        for (int at = 0; at + 4 <= block.limit(); at += 4)
            finite &= (block.getInt(at) & exponent) != exponent;
        return finite;
    }

    private boolean finiteShorts(int exponent) {
        boolean finite = true;
        for (int at = 0; at + 2 <= block.limit(); at += 2)
            finite &= (block.getShort(at) & exponent) != exponent;
        return finite;
    }

    private static List<Map.Entry<String, Safetensors.Entry>> inOrder(
            Map<String, Safetensors.Entry> entries) {
        return entries.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> entry.getValue().begin()))
                .toList();
    }
}
