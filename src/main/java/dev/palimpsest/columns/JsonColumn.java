package dev.palimpsest.columns;

import dev.palimpsest.spec.Binder;
import jakarta.persistence.AttributeConverter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectWriter;

/** A value as JSON; each column's own class names the type. */
public abstract class JsonColumn<T> implements AttributeConverter<@Nullable T, @Nullable String> {
    private final ObjectWriter writer;
    private final Function<String, T> reader;

    /** A record is bound as a request is, so that one stored before it got a field has that too. */
    protected JsonColumn(Class<T> type) {
        this.writer = Binder.JSON.writerFor(type);
        this.reader = json -> Binder.bind(json, type);
    }

    /** A list or a map. */
    protected JsonColumn(TypeReference<? extends T> type) {
        this.writer = Binder.JSON.writer();
        this.reader = json -> Binder.JSON.readValue(json, type);
    }

    @Override
    public @Nullable String convertToDatabaseColumn(@Nullable T value) {
        return value == null ? null : writer.writeValueAsString(value);
    }

    @Override
    public @Nullable T convertToEntityAttribute(@Nullable String json) {
        return json == null ? null : reader.apply(json);
    }
}
