package dev.palimpsest.openai;

import dev.palimpsest.jobs.Job;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a fine-tuned model, {@code ft:MODEL:ORGANISATION:SUFFIX:ID}, and of its checkpoints,
 * which end in {@code :ckpt-step-N}; the id is the job's.
 */
record ModelName(String job, @Nullable Long step) {
    static final String ORGANISATION = "palimpsest";

    private static final Pattern SHAPE =
            Pattern.compile("ft:[^:]+:[^:]*:[^:]*:([0-9a-z]{26})(?::ckpt-step-(\\d{1,15}))?");

    static Optional<ModelName> of(String name) {
        Matcher parts = SHAPE.matcher(name);
        if (!parts.matches()) return Optional.empty();
        String step = parts.group(2);
        return Optional.of(
                new ModelName(
                        JobId.PREFIX + parts.group(1), step == null ? null : Long.valueOf(step)));
    }

    static String of(Job job) {
        return of(job.id(), job.baseModel(), job.name().orElse(""));
    }

    static String of(Job job, long step) {
        return of(job) + ":ckpt-step-" + step;
    }

    static String of(String job, String baseModel, String suffix) {
        return "ft:%s:%s:%s:%s".formatted(baseModel, ORGANISATION, slug(suffix), JobId.bare(job));
    }

    /** A job's name may have any characters, a part of this one may not. */
    private static String slug(String suffix) {
        String plain = suffix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-");
        return plain.length() <= 64 ? plain : plain.substring(0, 64);
    }
}
