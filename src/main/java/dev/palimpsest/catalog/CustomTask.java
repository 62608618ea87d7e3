package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.TaskDefinition;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** A task of a team's own as it is stored; it is never changed. */
@Entity
@Table(name = "tasks")
class CustomTask {
    @Id private String name;

    /** Null until stored, by which Spring Data knows a new one from a known one. */
    @Version private @Nullable Integer version;

    @Convert(converter = Columns.DefinitionColumn.class)
    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "cast(? as jsonb)")
    private TaskDefinition definition;

    @Column(name = "created_at")
    private Instant createdAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected CustomTask() {}

    CustomTask(TaskDefinition definition, Instant now) {
        this.name = definition.name();
        this.definition = definition;
        this.createdAt = now;
    }

    String name() {
        return name;
    }

    TaskDefinition definition() {
        return definition;
    }
}
