package dev.palimpsest.projects;

import dev.palimpsest.spec.Faults;
import java.util.regex.Pattern;

/**
 * A project as it is asked for.
 *
 * @param id what its names begin with and its keys say; it stays
 */
record ProjectRequest(String id) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    ProjectRequest {
        new Faults()
                .require(
                        SHAPE.matcher(id).matches(),
                        "/id",
                        "must have 1 to 32 of a-z, 0-9 and '-', and begin with a letter or digit")
                .raise();
    }
}
