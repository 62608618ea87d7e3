package dev.palimpsest.catalog;

import dev.palimpsest.data.BuiltInDataset;
import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.home.Home;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** Text to train on or to watch the loss on; every line of it was found good. */
@Entity
@Table(name = "datasets")
public class Dataset {
    @Id private String name;

    /** Null until stored, by which Spring Data knows a new one from a known one. */
    @Version private @Nullable Integer version;

    @Convert(converter = Columns.FormatColumn.class)
    private Format format;

    private long documents;
    private long bytes;
    private String sha256;
    private @Nullable String description;
    private @Nullable String licence;
    private @Nullable String source;

    @Convert(converter = Columns.FileFormatColumn.class)
    @Column(name = "file_format")
    private FileFormat fileFormat = FileFormat.JSONL;

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

    @Column(name = "created_at")
    private Instant createdAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Dataset() {}

    private Dataset(String name, Format format, Content content, Instant now) {
        this.name = name;
        this.format = format;
        this.documents = content.documents();
        this.bytes = content.bytes();
        this.sha256 = content.sha256();
        this.createdAt = now;
    }

    /** What was counted in its file. */
    record Content(long documents, long bytes, String sha256) {}

    static Dataset uploaded(DatasetUpload upload, Content content, Instant now) {
        Dataset dataset = new Dataset(upload.name(), upload.format(), content, now);
        dataset.description = upload.description();
        dataset.licence = upload.licence();
        dataset.source = upload.source();
        dataset.fileFormat = upload.fileFormat();
        if (!upload.mapping().columns().isEmpty()) dataset.columns = upload.mapping().columns();
        if (!upload.mapping().template().isEmpty()) dataset.template = upload.mapping().templates();
        return dataset;
    }

    static Dataset builtIn(BuiltInDataset origin, Content content, Instant now) {
        Dataset dataset = new Dataset(origin.name(), origin.format(), content, now);
        dataset.description = origin.description();
        dataset.licence = origin.licence();
        dataset.source = origin.source();
        dataset.builtIn = true;
        return dataset;
    }

    public String name() {
        return name;
    }

    public Format format() {
        return format;
    }

    /** Its documents, one JSON object a line. */
    public Path file(Home home) {
        return folder(home).resolve("data.jsonl");
    }

    /** SHA-256 of its file. */
    public String contentHash() {
        return sha256;
    }

    public long documents() {
        return documents;
    }

    public boolean isBuiltIn() {
        return builtIn;
    }

    Path folder(Home home) {
        return home.datasets().resolve(name);
    }

    long bytes() {
        return bytes;
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

    /** Of each field the column it was read from, where that had another name. */
    Optional<Map<String, String>> columns() {
        return Optional.ofNullable(columns);
    }

    /** Of each field the text around columns that it was written from. */
    Optional<Map<String, String>> template() {
        return Optional.ofNullable(template);
    }

    Instant createdAt() {
        return createdAt;
    }
}
