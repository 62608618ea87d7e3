package dev.palimpsest.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.model.UnsupportedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GgufFileTests {
    private static final Path MODEL = Path.of("src/test/resources/oracles/llama_tied/model");
    private static final long HUGE = 1L << 60;

    @TempDir Path folder;

    /** A header by hand: little-endian numbers and strings with their length before them. */
    private record Bytes(ByteArrayOutputStream out) {
        static Bytes header(int version, long tensors, long entries) {
            return new Bytes(new ByteArrayOutputStream())
                    .int32(GgufFile.MAGIC)
                    .int32(version)
                    .int64(tensors)
                    .int64(entries);
        }

        /** The first tensor of a file without metadata. */
        static Bytes tensor(long count, long... dimensions) {
            return header(3, count, 0).named("a", dimensions);
        }

        Bytes named(String name, long... dimensions) {
            text(name).int32(dimensions.length);
            for (long dimension : dimensions) int64(dimension);
            return this;
        }

        Bytes int32(int value) {
            return put(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value));
        }

        Bytes int64(long value) {
            return put(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value));
        }

        Bytes text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return int64(bytes.length).put(ByteBuffer.wrap(bytes).position(bytes.length));
        }

        Bytes zeros(int count) {
            return put(ByteBuffer.allocate(count).position(count));
        }

        private Bytes put(ByteBuffer bytes) {
            out.write(bytes.array(), 0, bytes.position());
            return this;
        }
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                refused("does not begin with GGUF", Bytes.header(3, 0, 0).zeros(0), 0, (byte) 'X'),
                refused("version 1", Bytes.header(1, 0, 0)),
                refused("version 4", Bytes.header(4, 0, 0)),
                refused("big-endian", Bytes.header(3 << 24, 0, 0)),
                refused("the number of tensors is 18446744073709551615", Bytes.header(3, -1, 0)),
                refused("the number of tensors is", Bytes.header(3, HUGE, 0).zeros(64)),
                refused("the number of metadata entries is", Bytes.header(3, 0, HUGE).zeros(64)),
                refused(
                        "the name of metadata entry 0 would take 18446744073709551615 bytes",
                        Bytes.header(3, 0, 1).int64(-1).zeros(64)),
                refused(
                        "the name of metadata entry 0 would take",
                        Bytes.header(3, 0, 1).int64(1L << 40).zeros(64)),
                refused("k has the unknown type 99", Bytes.header(3, 0, 1).text("k").int32(99)),
                refused(
                        "k in the GGUF file is an array of arrays",
                        Bytes.header(3, 0, 1).text("k").int32(9).int32(9).int64(1).zeros(8)),
                refused(
                        "the length of k is 1152921504606846976",
                        Bytes.header(3, 0, 1).text("k").int32(9).int32(4).int64(HUGE).zeros(8)),
                refused(
                        "the length of k is 18446744073709551615",
                        Bytes.header(3, 0, 1).text("k").int32(9).int32(8).int64(-1).zeros(8)),
                refused(
                        "k is there twice",
                        Bytes.header(3, 0, 2)
                                .text("k")
                                .int32(7)
                                .zeros(1)
                                .text("k")
                                .int32(7)
                                .zeros(1)),
                refused("a has 0 dimensions", Bytes.tensor(1).zeros(64)),
                refused("a has 5 dimensions", Bytes.tensor(1, 1, 1, 1, 1, 1).zeros(64)),
                refused(
                        "tensor a has 2147483648 dimensions",
                        Bytes.header(3, 1, 0).text("a").int32(1 << 31).zeros(64)),
                refused("dimension 0 of tensor a is 0", Bytes.tensor(1, 0).zeros(64)),
                refused("dimension 0 of tensor a is 1844", Bytes.tensor(1, -32).zeros(64)),
                refused("dimension 1 of tensor a is 1152", Bytes.tensor(1, HUGE, HUGE).zeros(64)),
                refused(
                        "tensor a of the GGUF file is quantised as Q3_K (number 11)",
                        Bytes.tensor(1, 256).int32(11).int64(0).zeros(512)),
                refused(
                        "quantised as number 9999",
                        Bytes.tensor(1, 256).int32(9999).int64(0).zeros(512)),
                refused(
                        "a has rows of 33, which are no blocks of Q8_0",
                        Bytes.tensor(1, 33).int32(8).int64(0).zeros(512)),
                refused(
                        "a has 4,611,686,018,427,387,904 bytes",
                        Bytes.tensor(1, HUGE).int32(0).int64(0).zeros(512)),
                refused(
                        "a has 64 bytes from 1,024 on",
                        Bytes.tensor(1, 16).int32(0).int64(1024).zeros(512)),
                refused(
                        "a lies at 18446744073709551584",
                        Bytes.tensor(1, 16).int32(0).int64(-32).zeros(512)),
                refused("a lies at 8", Bytes.tensor(1, 16).int32(0).int64(8).zeros(512)),
                refused(
                        "overlaps",
                        Bytes.tensor(2, 16)
                                .int32(0)
                                .int64(0)
                                .named("b", 16)
                                .int32(0)
                                .int64(32)
                                .zeros(512)),
                refused(
                        "tensor a is there twice",
                        Bytes.tensor(2, 16)
                                .int32(0)
                                .int64(0)
                                .named("a", 16)
                                .int32(0)
                                .int64(64)
                                .zeros(512)),
                refused(
                        "general.alignment is 24, not a power of two",
                        Bytes.header(3, 0, 1).text("general.alignment").int32(4).int32(24)),
                refused(
                        "general.alignment is 0",
                        Bytes.header(3, 0, 1).text("general.alignment").int32(4).int32(0)));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHeaderThatLiesIsRefusedByTheNameOfItsField(String reason, byte[] header)
            throws IOException {
        Path file = Files.write(folder.resolve("hostile.gguf"), header);

        assertThatThrownBy(() -> GgufFile.open(file))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aMissingFileIsRefusedByItsPath() {
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf")))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("none.gguf");
    }

    @Test
    void versionsTwoAndThreeAndAllTypesOfMetadataAreRead() throws IOException {
        Bytes bytes = Bytes.header(2, 0, 13);
        byte[][] values = {{-1}, {-1}, {1, 0}, {1, 0}, {1, 0, 0, 0}, {1, 0, 0, 0}, {0, 0, -64, 63}};
        for (int type = 0; type < values.length; type++)
            bytes.text("k" + type).int32(type).put(filled(values[type]));
        bytes.text("k7").int32(7).put(filled(new byte[] {1})).text("k8").int32(8).text("text");
        bytes.text("k9").int32(9).int32(8).int64(2).text("x").text("\u0120y");
        bytes.text("k10").int32(10).int64(-1).text("k11").int32(11).int64(-1);
        bytes.text("k12").int32(12).int64(Double.doubleToLongBits(0.1));
        Path file = Files.write(folder.resolve("all.gguf"), bytes.out().toByteArray());

        var metadata = GgufFile.open(file).metadata().values();

        assertThat(metadata)
                .containsEntry("k0", new GgufValue.Whole(255))
                .containsEntry("k1", new GgufValue.Whole(-1))
                .containsEntry("k6", new GgufValue.Real(1.5))
                .containsEntry("k7", new GgufValue.Flag(true))
                .containsEntry("k8", new GgufValue.Text("text"))
                .containsEntry("k9", new GgufValue.Texts(List.of("x", "\u0120y")))
                .containsEntry("k12", new GgufValue.Real(0.1))
                .hasSize(13);
    }

    @Test
    void aFileCutOffAnywhereInItsHeaderIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(exported());
        int header = (int) GgufFile.open(exported()).dataStart();
        for (int length = 0; length < header; length += 97) {
            Path file = folder.resolve("cut.gguf");
            Files.write(file, java.util.Arrays.copyOf(whole, length));

            assertThatThrownBy(() -> GgufFile.open(file)).isInstanceOf(UnsupportedModel.class);
        }
    }

    @Test
    void aHeaderWithWrongBytesIsEitherImportedOrRefused() throws IOException {
        byte[] whole = Files.readAllBytes(exported());
        int header = (int) GgufFile.open(exported()).dataStart();
        Random random = new Random(17);
        int refused = 0;
        for (int round = 0; round < 600; round++) {
            byte[] wrong = whole.clone();
            for (int i = 0; i < 3; i++)
                wrong[random.nextInt(round % 2 == 0 ? 1200 : header)] = (byte) random.nextInt(256);
            Path file = Files.write(folder.resolve("wrong.gguf"), wrong);
            Path into = Files.createDirectory(folder.resolve("into" + round));
            try { // it stops before the weights where all else was fine
                GgufImport.write(file, into, (_, _) -> {}, () -> true);
            } catch (UnsupportedModel _) {
                refused++;
            } catch (CancellationException _) {
                continue;
            }
        }

        assertThat(refused).isBetween(100, 600);
    }

    @Test
    void whatTheImportDoesNotKnowIsRefusedByName() throws IOException {
        refused("mamba", header -> header.text("general.architecture", "mamba"));
        refused(
                "llama.attention.scale",
                header -> {
                    header.text("general.architecture", "llama");
                    header.real("llama.attention.scale", 2);
                });
        refused(
                "split.count",
                header -> {
                    header.text("general.architecture", "llama");
                    header.whole("split.count", 2);
                });
        refused(
                "the GGUF file does not give llama.embedding_length",
                header -> header.text("general.architecture", "llama"));
        refused("general.architecture", header -> header.whole("general.architecture", 1));
    }

    @Test
    void aSentencePieceTokenizerIsRefusedWithAReason() {
        assertThatThrownBy(
                        () ->
                                StoredTokenizer.of(
                                        new Metadata(
                                                java.util.Map.of(
                                                        "tokenizer.ggml.model",
                                                        new GgufValue.Text("llama"))),
                                        10))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining("SentencePiece");
    }

    private void refused(String reason, Consumer<HeaderWriter> metadata) throws IOException {
        HeaderWriter header = new HeaderWriter();
        metadata.accept(header);
        Path file = Files.write(folder.resolve("unknown.gguf"), header.bytes());

        assertThatThrownBy(() -> GgufImport.write(file, folder, (_, _) -> {}, () -> false))
                .isInstanceOf(UnsupportedModel.class)
                .hasMessageContaining(reason);
    }

    private Path exported() throws IOException {
        Path file = folder.resolve("model.gguf");
        if (!Files.exists(file))
            GgufExport.write(MODEL, file, GgufType.F16, (_, _) -> {}, () -> false);
        return file;
    }

    private static ByteBuffer filled(byte[] bytes) {
        return ByteBuffer.wrap(bytes).position(bytes.length);
    }

    private static Arguments refused(String reason, Bytes header) {
        return Arguments.of(reason, header.out().toByteArray());
    }

    private static Arguments refused(String reason, Bytes header, int place, byte value) {
        byte[] bytes = header.out().toByteArray();
        bytes[place] = value;
        return Arguments.of(reason, bytes);
    }
}
