package dev.palimpsest.spec;

import java.util.regex.Pattern;

/** What a name may look like, so that it can be a folder's name and part of a URL. */
public final class Name {
    private static final Pattern SHAPE =
            Pattern.compile("([a-z0-9][a-z0-9-]{0,31}~)?[a-z0-9][a-z0-9._-]{0,63}");

    private Name() {}

    /** Under {@code /name}. */
    public static void check(String name, Faults faults) {
        faults.require(
                SHAPE.matcher(name).matches(),
                "/name",
                "must have 1 to 64 of a-z, 0-9, '.', '_' and '-', and begin with a letter or digit; a project's name and '~' may stand before");
    }
}
