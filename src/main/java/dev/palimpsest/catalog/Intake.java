package dev.palimpsest.catalog;

import dev.palimpsest.data.DocumentFile;
import dev.palimpsest.data.DocumentFile.Report;
import dev.palimpsest.data.DocumentFile.Sink;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.tables.Magic;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Files that were sent or fetched, on their way to the stored form: a line of JSON a document,
 * found good or refused with every fault; of several files the first bad one is named with its own.
 *
 * @param mostBytes what their documents may unpack to
 * @param tally told of the bytes and rows that were read
 */
record Intake(DatasetUpload upload, long mostBytes, Tally tally) {
    /** Of a file whose sender waits for the answer. */
    Intake(DatasetUpload upload, long mostBytes) {
        this(upload, mostBytes, new Tally());
    }

    /** Reads the upload in the folder, where it leaves {@code data.jsonl}. */
    long into(Path folder) throws IOException {
        return into(folder, List.of(Sent.ALONE));
    }

    /** Reads files in the folder one after the other, and leaves all their documents there. */
    long into(Path folder, List<Sent> files) throws IOException {
        for (Sent sent : files) {
            var _ = sent.naming(() -> checked(folder.resolve(sent.file())));
        }
        if (isTable()) new Unpacking(upload, mostBytes, tally).of(folder, files);
        long documents = read(folder, files, folder.resolve("data.jsonl"));
        if (documents == 0)
            throw new InvalidSpec("/file", "is empty; a dataset needs one document at least");
        return documents;
    }

    private Path checked(Path file) throws IOException {
        Magic.check(file, upload.fileFormat());
        return file;
    }

    private boolean isTable() {
        return switch (upload.fileFormat()) {
            case PARQUET, CSV, TSV -> true;
            case JSONL, TEXT -> false;
        };
    }

    private long read(Path folder, List<Sent> files, Path data) throws IOException {
        long size = 0;
        for (Sent sent : files) size += Files.size(folder.resolve(sent.file()));
        tally.begin(ImportPhase.VALIDATING, size);
        if (isKept() && files.size() == 1) {
            Path file = folder.resolve(files.getFirst().file());
            long documents = files.getFirst().naming(() -> kept(file));
            Files.move(file, data);
            return documents;
        }
        long documents = 0;
        try (OutputStream all = new BufferedOutputStream(Files.newOutputStream(data))) {
            Sink sink = writing(all);
            for (Sent sent : files) {
                Path file = folder.resolve(sent.file());
                documents += sent.naming(() -> isKept() ? kept(file) : written(file, sink));
                if (isKept()) Lines.append(file, all);
                Files.delete(file);
            }
        }
        return documents;
    }

    /** Lines in the format's own words are kept byte for byte. */
    private boolean isKept() {
        return upload.fileFormat() == FileFormat.JSONL && upload.mapping().isPlain();
    }

    private long kept(Path file) throws IOException {
        try (InputStream bytes = tally.open(file)) {
            return documents(file, DocumentFile.read(bytes, upload.format(), _ -> {}));
        }
    }

    private long written(Path file, Sink sink) throws IOException {
        try (InputStream bytes = tally.open(file)) {
            return documents(
                    file,
                    upload.fileFormat() == FileFormat.TEXT
                            ? PlainText.read(bytes, upload.split(), sink)
                            : DocumentFile.read(bytes, upload.mapping(), sink));
        }
    }

    private long documents(Path file, Report report) throws IOException {
        Findings findings = new Findings(isTable() ? "row" : "line", report);
        if (upload.fileFormat() == FileFormat.JSONL
                && report.documents() == 0
                && report.bad() > 0) {
            Set<String> fields = DocumentFile.firstFields(file);
            if (upload.mapping().hasAdviceOn(fields))
                upload.requireColumns(fields, findings.faults());
        }
        return findings.documents();
    }

    /** A short row may make a long document where a template says so. */
    private Sink writing(OutputStream data) {
        long[] written = {0};
        return (_, document) -> {
            byte[] line =
                    (Binder.JSON.writeValueAsString(document) + "\n")
                            .getBytes(StandardCharsets.UTF_8);
            written[0] += line.length;
            if (written[0] > mostBytes)
                throw new InvalidSpec(
                        "/file",
                        "makes documents of more than %,d bytes; split it".formatted(mostBytes));
            data.write(line);
        };
    }
}
