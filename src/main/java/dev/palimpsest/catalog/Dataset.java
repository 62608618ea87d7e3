package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.data.BuiltInDataset;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.Mapping;
import dev.palimpsest.data.PlainText;
import dev.palimpsest.data.Template;
import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Fault;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** Text to train on or to watch the loss on; ready once every line of it was found good. */
@Entity
@Table(name = "datasets")
public class Dataset extends Imported {
    @Convert(converter = Columns.FormatColumn.class)
    private Format format;

    private @Nullable Long documents;
    private @Nullable Long bytes;
    private @Nullable String sha256;
    private @Nullable String description;
    private @Nullable String licence;
    private @Nullable String source;

    @Convert(converter = Columns.FileFormatColumn.class)
    @Column(name = "file_format")
    private FileFormat fileFormat = FileFormat.JSONL;

    @Convert(converter = Columns.SplitColumn.class)
    private PlainText.@Nullable Split split;

    @Convert(converter = Columns.TextsColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Map<String, String> columns;

    @Convert(converter = Columns.TextsColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Map<String, String> template;

    @Column(name = "built_in")
    private boolean builtIn;

    @Convert(converter = Columns.DatasetSourceColumn.class)
    @Column(name = "imported_from", columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable DatasetSource importedFrom;

    @Convert(converter = Columns.FaultsColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable List<Fault> errors;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Dataset() {}

    private Dataset(String name, Format format, @Nullable String importId, Instant now) {
        super(name, importId, now);
        this.format = format;
    }

    /** What was counted in its file. */
    record Content(long documents, long bytes, String sha256) {
        static final String FILE = "data.jsonl";

        List<Artifact> artifacts() {
            return List.of(new Artifact(FILE, bytes, sha256));
        }
    }

    static Dataset uploaded(DatasetUpload upload, Content content, Instant now) {
        Dataset dataset = described(upload, null, now);
        dataset.imported(content, now);
        return dataset;
    }

    /** Without a source its file was sent. */
    static Dataset importing(
            DatasetUpload upload, @Nullable DatasetSource source, String importId, Instant now) {
        Dataset dataset = described(upload, importId, now);
        dataset.importedFrom = source;
        return dataset;
    }

    static Dataset builtIn(BuiltInDataset origin, Content content, Instant now) {
        Dataset dataset = new Dataset(origin.name(), origin.format(), null, now);
        dataset.description = origin.description();
        dataset.licence = origin.licence();
        dataset.source = origin.source();
        dataset.builtIn = true;
        dataset.imported(content, now);
        return dataset;
    }

    private static Dataset described(DatasetUpload upload, @Nullable String importId, Instant now) {
        Dataset dataset = new Dataset(upload.name(), upload.format(), importId, now);
        dataset.description = upload.description();
        dataset.licence = upload.licence();
        dataset.source = upload.source();
        dataset.fileFormat = upload.fileFormat();
        if (upload.fileFormat() == FileFormat.TEXT) dataset.split = upload.split();
        if (!upload.mapping().columns().isEmpty()) dataset.columns = upload.mapping().columns();
        if (!upload.mapping().template().isEmpty()) dataset.template = upload.mapping().templates();
        return dataset;
    }

    void imported(Content content, Instant now) {
        becomeReady(now);
        documents = content.documents();
        bytes = content.bytes();
        sha256 = content.sha256();
    }

    /** It failed by what is in its file. */
    void refused(String reason, List<Fault> found) {
        failed(reason);
        errors = found;
    }

    @Override
    String kind() {
        return "dataset";
    }

    /** Whether its documents can be learned, not only asked. */
    public boolean isForTraining() {
        return format != Format.ROWS;
    }

    public Format format() {
        return format;
    }

    /** Its documents, one JSON object a line, on this machine; compared with their sum. */
    public Path file(Artifacts artifacts) {
        Artifact file =
                new Artifact(
                        Content.FILE, Objects.requireNonNull(bytes), contentHash().orElseThrow());
        return artifacts.verified("datasets/" + name(), List.of(file)).resolve(Content.FILE);
    }

    /** SHA-256 of its file, once it is ready. */
    public Optional<String> contentHash() {
        return Optional.ofNullable(sha256);
    }

    /** How many there are, once it is ready. */
    public Optional<Long> documents() {
        return Optional.ofNullable(documents);
    }

    public boolean isBuiltIn() {
        return builtIn;
    }

    Path folder(Home home) {
        return home.datasets().resolve(name());
    }

    /** What was said about its file, as an attempt to read that needs it. */
    DatasetUpload upload() {
        Map<String, Template> templates = new LinkedHashMap<>();
        template()
                .orElse(Map.of())
                .forEach((field, text) -> templates.put(field, Template.parse(text)));
        return new DatasetUpload(
                name(),
                fileFormat,
                split == null ? PlainText.Split.BLANK_LINES : split,
                new Mapping(format, columns().orElse(Map.of()), templates),
                description,
                licence,
                source);
    }

    Optional<Long> bytes() {
        return Optional.ofNullable(bytes);
    }

    Optional<String> description() {
        return Optional.ofNullable(description);
    }

    Optional<String> licence() {
        return Optional.ofNullable(licence);
    }

    Optional<String> source() {
        return Optional.ofNullable(source);
    }

    FileFormat fileFormat() {
        return fileFormat;
    }

    /** What ends a document of plain text. */
    Optional<PlainText.Split> split() {
        return Optional.ofNullable(split);
    }

    /** Of each field the column it was read from, where that had another name. */
    Optional<Map<String, String>> columns() {
        return Optional.ofNullable(columns);
    }

    /** Of each field the text around columns that it was written from. */
    Optional<Map<String, String>> template() {
        return Optional.ofNullable(template);
    }

    /** Where its file was to be had, if it was not sent. */
    Optional<DatasetSource> importedFrom() {
        return Optional.ofNullable(importedFrom);
    }

    /** What is wrong with its file, if that is why it failed. */
    List<Fault> errors() {
        return errors == null ? List.of() : errors;
    }
}
