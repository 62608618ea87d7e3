package dev.palimpsest.web;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;

/** Which part of a list is asked for: {@code ?limit=&after=}. */
@ParameterObject
public record Paging(
        @Parameter(
                        description = "How many entries at most",
                        schema =
                                @Schema(
                                        type = "integer",
                                        minimum = "1",
                                        maximum = "1000",
                                        defaultValue = "100"))
                int limit,
        @Parameter(description = "The `last_id` of the page before") @Nullable String after) {
    private static final int MOST = 1000;

    static Paging of(@Nullable String limit, @Nullable String after) {
        return new Paging(limit == null ? 100 : number(limit), after);
    }

    private static int number(String limit) {
        if (limit.matches("\\d{1,4}")) {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= MOST) return number;
        }
        throw new BadParameter("limit", "must be a whole number between 1 and " + MOST);
    }
}
