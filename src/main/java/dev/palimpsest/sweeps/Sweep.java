package dev.palimpsest.sweeps;

import dev.palimpsest.columns.JsonColumn;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Converter;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Many jobs made from one template and a grid of values. */
@Entity
@Table(name = "sweeps")
public class Sweep {
    @Id private String id;
    private String experiment;
    private @Nullable String name;

    @Convert(converter = JsonNodeColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private JsonNode template;

    @Convert(converter = JsonNodeColumn.class)
    @ColumnTransformer(write = "cast(? as json)")
    private @Nullable JsonNode grid;

    @Convert(converter = LadderColumn.class)
    @ColumnTransformer(write = "cast(? as jsonb)")
    private @Nullable Ladder ladder;

    @Column(name = "created_at")
    private Instant createdAt;

    /** For Hibernate, which fills the fields in. */
    @SuppressWarnings("NullAway.Init")
    protected Sweep() {}

    Sweep(String id, String experiment, SweepRequest request, Instant now) {
        this.id = id;
        this.experiment = experiment;
        this.name = request.name();
        this.template = request.template();
        this.grid = request.grid();
        this.ladder = request.ladder();
        this.createdAt = now;
    }

    public String id() {
        return id;
    }

    String experiment() {
        return experiment;
    }

    Optional<String> name() {
        return Optional.ofNullable(name);
    }

    JsonNode template() {
        return template;
    }

    Optional<JsonNode> grid() {
        return Optional.ofNullable(grid);
    }

    Optional<Ladder> ladder() {
        return Optional.ofNullable(ladder);
    }

    List<Cell> cells() {
        return Cells.of(grid, ladder);
    }

    Instant createdAt() {
        return createdAt;
    }

    @Immutable
    @Converter
    static class LadderColumn extends JsonColumn<Ladder> {
        LadderColumn() {
            super(Ladder.class);
        }
    }

    /** JSON as it was sent, which nobody changes. */
    @Immutable
    @Converter
    static class JsonNodeColumn extends JsonColumn<JsonNode> {
        JsonNodeColumn() {
            super(JsonNode.class);
        }
    }
}
