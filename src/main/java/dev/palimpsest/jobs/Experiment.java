package dev.palimpsest.jobs;

import dev.palimpsest.spec.Convention;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/**
 * Jobs made to be compared: one base model, one list of learning tasks, one of forgetting tasks.
 */
@Entity
@Table(name = "experiments")
public class Experiment {
    /** Stands for the base model where there is none; no model's name can hold an @. */
    private static final String NO_MODEL = "none@elsewhere";

    @Id private String id;
    private String name;
    private @Nullable String description;

    @Column(name = "base_model")
    private String baseModel;

    @Column(name = "learning_tasks")
    private List<String> learningTasks;

    @Column(name = "forgetting_tasks")
    private List<String> forgettingTasks;

    @Convert(converter = Columns.ConventionColumn.class)
    private Convention convention;

    @Convert(converter = Columns.TagsColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private Map<String, String> tags;

    /** The id that it had where its archive was made; null unless it came in one. */
    private @Nullable String origin;

    @Version private @Nullable Long version;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Experiment() {}

    private Experiment(
            String id, String name, String baseModel, Map<String, String> tags, Instant now) {
        this.id = id;
        this.name = name;
        this.baseModel = baseModel;
        this.learningTasks = List.of();
        this.forgettingTasks = List.of();
        this.convention = Convention.LM_EVAL;
        this.tags = tags;
        this.createdAt = now;
        this.updatedAt = now;
    }

    static Experiment planned(String id, ExperimentRequest request, Instant now) {
        Experiment planned =
                new Experiment(id, request.name(), request.baseModel(), request.tags(), now);
        planned.description = request.description();
        planned.learningTasks = request.learningTasks();
        planned.forgettingTasks = request.forgettingTasks();
        planned.convention = request.convention();
        return planned;
    }

    /**
     * One without a base model and tasks: its jobs are trained elsewhere, and nothing is scored.
     */
    static Experiment unplanned(String id, String name, Map<String, String> tags, Instant now) {
        return new Experiment(id, name, NO_MODEL, tags, now);
    }

    /** Changes the words about it; what its jobs are compared by stays as it was planned. */
    void describe(ExperimentEdit edit, Instant now) {
        if (edit.name() != null) name = edit.name();
        if (edit.description() != null) description = edit.description();
        if (edit.tags() != null) tags = edit.tags();
        updatedAt = now;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    public String baseModel() {
        return baseModel;
    }

    public List<String> learningTasks() {
        return List.copyOf(learningTasks);
    }

    public List<String> forgettingTasks() {
        return List.copyOf(forgettingTasks);
    }

    /** Whether it only gathers what was trained elsewhere. */
    public boolean unplanned() {
        return baseModel.equals(NO_MODEL);
    }

    public Convention convention() {
        return convention;
    }

    Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    public Map<String, String> tags() {
        return Map.copyOf(tags);
    }

    long version() {
        return version == null ? 0 : version;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }
}
