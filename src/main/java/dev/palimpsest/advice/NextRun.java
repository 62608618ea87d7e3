package dev.palimpsest.advice;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What to ask next.
 *
 * @param call method and path; null where no run is there to start from
 * @param body to send with it
 */
public record NextRun(String words, @Nullable String call, @Nullable JsonNode body) {
    static NextRun of(String words) {
        return new NextRun(words, null, null);
    }
}
