package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Map;
import java.util.TreeMap;
import org.hibernate.annotations.Immutable;
import tools.jackson.core.type.TypeReference;

@Immutable
@Converter
class TagsColumn implements AttributeConverter<Map<String, String>, String> {
    private static final TypeReference<TreeMap<String, String>> TAGS = new TypeReference<>() {};

    @Override
    public String convertToDatabaseColumn(Map<String, String> tags) {
        return Binder.JSON.writeValueAsString(tags);
    }

    @Override
    public Map<String, String> convertToEntityAttribute(String json) {
        return Binder.JSON.readValue(json, TAGS);
    }
}
