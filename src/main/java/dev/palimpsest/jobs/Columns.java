package dev.palimpsest.jobs;

import dev.palimpsest.columns.JsonColumn;
import dev.palimpsest.columns.WordColumn;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.JobSpec;
import jakarta.persistence.Converter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ConcurrentLruCache;
import tools.jackson.core.type.TypeReference;

/** The types of a job's columns; what is immutable is not copied to see whether it changed. */
final class Columns {
    private Columns() {}

    @Converter
    static class StatusColumn extends WordColumn<Status> {
        StatusColumn() {
            super(Status.class);
        }
    }

    @Immutable
    @Converter
    static class ConventionColumn extends WordColumn<Convention> {
        ConventionColumn() {
            super(Convention.class);
        }
    }

    /**
     * Lists read the same specs again and again, and to bind one takes longer than to read it. One
     * of a later version, whose fields are not known here, is read as null.
     */
    @Immutable
    @Converter
    static class SpecColumn extends JsonColumn<JobSpec> {
        private static final int KEPT = 2000;

        private final ConcurrentLruCache<String, Optional<JobSpec>> bound =
                new ConcurrentLruCache<>(KEPT, SpecColumn::known);

        SpecColumn() {
            super(JobSpec.class);
        }

        @Override
        public @Nullable JobSpec convertToEntityAttribute(@Nullable String json) {
            return json == null ? null : bound.get(json).orElse(null);
        }

        private static Optional<JobSpec> known(String json) {
            int version = Binder.JSON.readTree(json).path("version").asInt(JobSpec.VERSION);
            return version > JobSpec.VERSION
                    ? Optional.empty()
                    : Optional.of(Binder.bind(json, JobSpec.class));
        }
    }

    @Immutable
    @Converter
    static class TagsColumn extends JsonColumn<Map<String, String>> {
        TagsColumn() {
            super(new TypeReference<TreeMap<String, String>>() {});
        }
    }

    @Immutable
    @Converter
    static class EpochDataColumn extends JsonColumn<EpochData> {
        EpochDataColumn() {
            super(EpochData.class);
        }
    }

    @Immutable
    @Converter
    static class GuardedColumn extends JsonColumn<Guarded> {
        GuardedColumn() {
            super(Guarded.class);
        }
    }
}
