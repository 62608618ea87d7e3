package dev.palimpsest.jobs;

import dev.palimpsest.filter.Filter;
import dev.palimpsest.filter.InvalidFilter;
import dev.palimpsest.filter.Sql;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.BadParameter;
import io.swagger.v3.oas.annotations.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;

/** Which jobs are asked for; what is left out holds for every job. */
@ParameterObject
record JobQuestion(
        @Parameter(
                        description =
                                "`and`, `or`, `not`, parentheses, `= != < <= > >=`, `in (…)`, `like`, `ilike`, `is null` over"
                                        + " the answer's fields, `spec.…`, `tags.…` and the newest `metrics.…`; values in"
                                        + " single quotes, odd names in double ones. A test of what a job does not have does not hold",
                        example =
                                "metrics.\"eval/gsm8k/exact_match_strict\" > 0.3 and spec.method.rank in (8, 16) and not tags.team = 'b'")
                @Nullable String filter,
        @Nullable String experiment,
        @Parameter(description = "queued, running, paused, succeeded, failed or cancelled")
                @Nullable String status,
        @Parameter(description = "full or lora") @Nullable String method,
        @Nullable String sweep,
        @Parameter(description = "`key:value`; given more than once, all must hold")
                @Nullable List<String> tag) {

    List<Sql> conditions() {
        List<Sql> conditions = new ArrayList<>();
        if (experiment != null) conditions.add(Sql.of("jobs.experiment = ?", experiment));
        if (status != null) conditions.add(Sql.of("jobs.status = ?", status(status)));
        if (method != null) conditions.add(Sql.of("jobs.method = ?", method));
        if (sweep != null) conditions.add(Sql.of("jobs.sweep = ?", sweep));
        if (tag != null && !tag.isEmpty())
            conditions.add(
                    Sql.of(
                            "jobs.tags @> cast(? as jsonb)",
                            Binder.JSON.writeValueAsString(tags(tag))));
        if (filter != null)
            conditions.add(said("filter", () -> new JobFields().sql(Filter.condition(filter))));
        return conditions;
    }

    /** A fault of the language is one of the parameter that it came in. */
    static <T> T said(String parameter, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (InvalidFilter invalid) {
            throw new BadParameter(parameter, String.valueOf(invalid.getMessage()));
        }
    }

    private static String status(String word) {
        if (Arrays.stream(Status.values()).noneMatch(status -> status.word().equals(word)))
            throw new BadParameter(
                    "status",
                    "must be one of "
                            + Arrays.stream(Status.values())
                                    .map(Status::word)
                                    .collect(Collectors.joining(", ")));
        return word;
    }

    private static Map<String, String> tags(List<String> given) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String tag : given) {
            int colon = tag.indexOf(':');
            if (colon < 1) throw new BadParameter("tag", "must be key:value, got " + tag);
            tags.put(tag.substring(0, colon), tag.substring(colon + 1));
        }
        return tags;
    }
}
