package dev.palimpsest.web;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The ETag of something that can be edited: a number that grows with each edit. */
public record EditTag(long version) {

    /** As the header says it. */
    public String text() {
        return "\"" + version + "\"";
    }

    /**
     * Refuses an edit of what has been edited since it was read.
     *
     * @param ifMatch the tags of which one must be this (RFC 9110, 13.1.1), {@code *}, or nothing
     * @param name of the thing, for the refusal
     */
    public void require(@Nullable String ifMatch, String name) {
        if (ifMatch == null) return;
        boolean matches =
                Arrays.stream(ifMatch.split(",", -1))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(text()));
        if (!matches)
            throw new Stale(
                    "%s was edited since: its ETag is %s, not %s; read it again"
                            .formatted(name, text(), ifMatch));
    }
}
