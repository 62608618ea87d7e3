package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifact;
import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.home.Home;
import dev.palimpsest.model.Architecture;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A model that jobs start from; ready once its files lie whole in the home folder. */
@Entity
@Table(name = "base_models")
public class BaseModel extends Imported {
    @Convert(converter = Columns.SourceColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable ModelSource source;

    @Column(name = "content_hash")
    private @Nullable String contentHash;

    private @Nullable Long bytes;

    @Convert(converter = Columns.ArtifactsColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable List<Artifact> files;

    private @Nullable Long parameters;

    @Convert(converter = Columns.ArchitectureColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Architecture architecture;

    /** For Hibernate, which fills the fields in. */
    protected BaseModel() {}

    private BaseModel(
            String name, @Nullable ModelSource source, @Nullable String importId, Instant now) {
        super(name, importId, now);
        this.source = source;
    }

    static BaseModel importing(String name, ModelSource source, String importId, Instant now) {
        return new BaseModel(name, source, importId, now);
    }

    static BaseModel builtIn(String name, ModelContent content, Instant now) {
        BaseModel model = new BaseModel(name, null, null, now);
        model.imported(content, now);
        return model;
    }

    void imported(ModelContent content, Instant now) {
        becomeReady(now);
        contentHash = content.sha256();
        bytes = content.bytes();
        files = content.files();
        parameters = content.parameters();
        architecture = content.architecture();
    }

    @Override
    String kind() {
        return "model";
    }

    public boolean isBuiltIn() {
        return source == null;
    }

    /**
     * Its Hugging Face directory on this machine: config.json, safetensors, tokenizer.json;
     * compared with their sums.
     */
    public Path directory(Artifacts artifacts) {
        return here(artifacts, _ -> true);
    }

    /** The same without its weights. */
    public Path tokenizer(Artifacts artifacts) {
        return here(artifacts, file -> !file.path().endsWith(".safetensors"));
    }

    Path directory(Home home) {
        return home.models().resolve(name());
    }

    private Path here(Artifacts artifacts, Predicate<Artifact> wanted) {
        String folder = "models/" + name();
        artifacts.keepOnly(folder, files());
        return artifacts.verified(folder, files().stream().filter(wanted).toList());
    }

    /** None of one that was registered when they were not listed. */
    private List<Artifact> files() {
        return files == null ? List.of() : files;
    }

    /** SHA-256 over the names and bytes of its files, once it is ready. */
    public Optional<String> contentHash() {
        return Optional.ofNullable(contentHash);
    }

    public Optional<Architecture> architecture() {
        return Optional.ofNullable(architecture);
    }

    /** How many numbers its weights are, once it is ready. */
    public Optional<Long> parameters() {
        return Optional.ofNullable(parameters);
    }

    /** Of a number in its files: 4 unless they are too small for that. */
    public int bytesOfANumber() {
        boolean narrow = bytes != null && parameters != null && bytes < 4 * parameters;
        return narrow ? 2 : 4;
    }

    Optional<ModelSource> source() {
        return Optional.ofNullable(source);
    }

    Optional<Long> bytes() {
        return Optional.ofNullable(bytes);
    }
}
