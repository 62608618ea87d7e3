package dev.palimpsest.catalog;

import dev.palimpsest.data.DocumentFile;
import dev.palimpsest.data.DocumentFile.Report;
import dev.palimpsest.data.DocumentFile.Sink;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.tables.Magic;
import dev.palimpsest.tables.Table;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * A file that was sent or fetched, on its way to the stored form: a line of JSON a document, found
 * good or refused with every fault.
 *
 * @param mostBytes what its documents may unpack to
 * @param tally told of the bytes that were read
 */
record Intake(DatasetUpload upload, long mostBytes, Tally tally) {
    /** The name of an upload in its folder. */
    static final String SENT = "upload";

    /** Of a file whose sender waits for the answer. */
    Intake(DatasetUpload upload, long mostBytes) {
        this(upload, mostBytes, new Tally());
    }

    /** Reads the upload in the folder, where it leaves {@code data.jsonl}. */
    long into(Path folder) throws IOException {
        Path sent = folder.resolve(SENT);
        Path data = folder.resolve("data.jsonl");
        try {
            Magic.check(sent, upload.fileFormat());
            return switch (upload.fileFormat()) {
                case JSONL -> lines(sent, data);
                case TEXT -> text(sent, data);
                case PARQUET, CSV, TSV -> table(folder, data);
            };
        } catch (InvalidData reason) {
            throw new InvalidSpec("/file", String.valueOf(reason.getMessage()));
        }
    }

    /** Lines in the format's own words are kept byte for byte. */
    private long lines(Path sent, Path data) throws IOException {
        Report report;
        if (upload.mapping().isPlain()) {
            Files.move(sent, data);
            try (InputStream bytes = validating(data)) {
                report = DocumentFile.read(bytes, upload.format(), _ -> {});
            }
        } else {
            report = mapped(sent, data);
        }
        if (report.documents() == 0 && report.bad() > 0) {
            Set<String> fields = DocumentFile.firstFields(Files.exists(sent) ? sent : data);
            if (upload.mapping().hasAdviceOn(fields))
                requireColumns(fields, new Findings("line", report).faults());
        }
        Files.deleteIfExists(sent);
        return new Findings("line", report).documents();
    }

    private long text(Path sent, Path data) throws IOException {
        try (InputStream bytes = validating(sent);
                BufferedWriter writer = Files.newBufferedWriter(data)) {
            Report report = PlainText.read(bytes, upload.split(), writing(writer));
            return new Findings("line", report).documents();
        } finally {
            Files.delete(sent);
        }
    }

    private long table(Path folder, Path data) throws IOException {
        Path rows = folder.resolve("rows.jsonl");
        tally.begin(ImportPhase.VALIDATING, null); // what it unpacks to is not known
        try (Table table = Table.open(folder, SENT, upload.fileFormat())) {
            requireColumns(table.columns(), new Faults());
            table.write(upload.mapping().needed(), rows, mostBytes);
            List<DocumentFile.BadLine> rejected = table.rejected();
            if (!rejected.isEmpty()) Findings.refuse("line", rejected);
        }
        Files.delete(folder.resolve(SENT));
        Report report = mapped(rows, data);
        Files.delete(rows);
        return new Findings("row", report).documents();
    }

    private Report mapped(Path rows, Path data) throws IOException {
        try (InputStream bytes = validating(rows);
                BufferedWriter writer = Files.newBufferedWriter(data)) {
            return DocumentFile.read(bytes, upload.mapping(), writing(writer));
        }
    }

    private InputStream validating(Path file) throws IOException {
        tally.begin(ImportPhase.VALIDATING, Files.size(file));
        return tally.open(file);
    }

    /** A short row may make a long document where a template says so. */
    private Sink writing(BufferedWriter writer) {
        long[] written = {0};
        return (_, document) -> {
            String line = Binder.JSON.writeValueAsString(document);
            written[0] += line.length() + 1;
            if (written[0] > mostBytes)
                throw new InvalidSpec(
                        "/file",
                        "makes documents of more than %,d bytes; split it".formatted(mostBytes));
            writer.append(line).append('\n');
        };
    }

    private void requireColumns(Collection<String> available, Faults faults) {
        if (available.isEmpty()) return;
        upload.mapping()
                .missingFrom(available)
                .forEach(
                        (field, detail) ->
                                faults.require(
                                        false,
                                        (upload.mapping().template().containsKey(field)
                                                        ? "/template/"
                                                        : "/columns/")
                                                + field,
                                        detail));
        faults.raise();
    }
}
