package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.hibernate.annotations.Immutable;

@Immutable
@Converter
class SpecColumn implements AttributeConverter<JobSpec, String> {
    @Override
    public String convertToDatabaseColumn(JobSpec spec) {
        return Binder.JSON.writeValueAsString(spec);
    }

    @Override
    public JobSpec convertToEntityAttribute(String json) {
        return Binder.bind(json, JobSpec.class);
    }
}
