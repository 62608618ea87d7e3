package dev.palimpsest.openai;

import dev.palimpsest.spec.Binder;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;

/**
 * Server-sent events of a data line each. Until the first there is no answer, so that what goes
 * wrong before is a problem of its own status.
 */
final class EventStream {
    private final HttpServletResponse response;
    private boolean begun;

    EventStream(HttpServletResponse response) {
        this.response = response;
    }

    boolean hasBegun() {
        return begun;
    }

    void say(Object chunk) throws IOException {
        line(Binder.JSON.writeValueAsString(chunk));
    }

    void end() throws IOException {
        line("[DONE]");
    }

    /** The last word where the end is missing. */
    void fail(Object error) {
        try {
            say(new Failure(error));
        } catch (IOException gone) {
            // nobody hears it
        }
    }

    /** What clients read instead of a chunk. */
    record Failure(Object error) {}

    private void line(String data) throws IOException {
        if (!begun) {
            begun = true;
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
        }
        response.getOutputStream()
                .write("data: %s\n\n".formatted(data).getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();
    }
}
