package dev.palimpsest.catalog;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client would like, by the header {@code Prefer} (RFC 7240). */
record Preferences(List<String> headers) {
    static final String RESPOND_ASYNC = "respond-async";

    Preferences(@Nullable List<String> headers) {
        this.headers = headers == null ? List.of() : List.copyOf(headers);
    }

    /** Not to wait for the end of the work. */
    boolean respondAsync() {
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(preference -> preference.split("[;=]", 2)[0].strip())
                .anyMatch(RESPOND_ASYNC::equalsIgnoreCase);
    }
}
