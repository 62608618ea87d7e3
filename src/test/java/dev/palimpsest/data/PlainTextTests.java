package dev.palimpsest.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.data.DocumentFile.BadLine;
import dev.palimpsest.data.DocumentFile.Report;
import dev.palimpsest.data.PlainText.Split;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainTextTests {
    private static final String TEXT = "\uFEFFone\r\n  two\r\n\r\n \n\nthree\nfour";

    private final List<String> documents = new ArrayList<>();
    private final List<Long> lines = new ArrayList<>();

    @Test
    void blankLinesSeparateDocuments() throws IOException {
        assertThat(read(TEXT, Split.BLANK_LINES)).isEqualTo(new Report(2, 0, List.of()));
        assertThat(documents).containsExactly("one\n  two", "three\nfour");
        assertThat(lines).containsExactly(1L, 6L);
    }

    @Test
    void aLineOrTheWholeFileMayBeADocument() throws IOException {
        read(TEXT, Split.LINES);
        assertThat(documents).containsExactly("one", "  two", "three", "four");

        documents.clear();
        read(TEXT, Split.WHOLE);
        assertThat(documents).containsExactly("one\n  two\n\n \n\nthree\nfour");
    }

    @Test
    void linesThatAreNoTextOrTooLongAreNamed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {'a', '\n', (byte) 0xe9, '\n', 'b', '\n'});
        String longLine = "x".repeat(5 << 20) + "\n";
        bytes.writeBytes((longLine + longLine + "c\n").getBytes(StandardCharsets.UTF_8));

        Report report =
                PlainText.read(
                        new ByteArrayInputStream(bytes.toByteArray()), Split.WHOLE, (_, _) -> {});

        assertThat(report.badLines()).extracting(BadLine::line).containsExactly(2L, 5L);
        assertThat(report.bad()).isEqualTo(2);
    }

    @Test
    void nothingButWhiteSpaceIsNoDocument() throws IOException {
        assertThat(read(" \n\n\t\n", Split.WHOLE)).isEqualTo(new Report(0, 0, List.of()));
    }

    private Report read(String text, Split split) throws IOException {
        return PlainText.read(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                split,
                (line, document) -> {
                    lines.add(line);
                    documents.add(((Document.Text) document).text());
                });
    }
}
