package dev.palimpsest.jobs;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Locale;

@Converter
class StatusColumn implements AttributeConverter<Status, String> {
    @Override
    public String convertToDatabaseColumn(Status status) {
        return status.word();
    }

    @Override
    public Status convertToEntityAttribute(String word) {
        return Status.valueOf(word.toUpperCase(Locale.ROOT));
    }
}
