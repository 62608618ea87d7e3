package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

@Immutable
@Converter
class EpochDataColumn implements AttributeConverter<@Nullable EpochData, @Nullable String> {
    @Override
    public @Nullable String convertToDatabaseColumn(@Nullable EpochData data) {
        return data == null ? null : Binder.JSON.writeValueAsString(data);
    }

    @Override
    public @Nullable EpochData convertToEntityAttribute(@Nullable String json) {
        return json == null ? null : Binder.bind(json, EpochData.class);
    }
}
