package dev.palimpsest.idempotency;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** What was answered: as much of it as its repetition needs. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Answer(int status, Map<String, String> headers, byte[] body) {
    private static final String[] KEPT = {"Content-Type", "Location", "ETag", "x-should-retry"};

    static Answer of(ContentCachingResponseWrapper response) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : KEPT) {
            String value = response.getHeader(name);
            if (value != null) headers.put(name, value);
        }
        if (response.getContentType() != null)
            headers.put("Content-Type", response.getContentType());
        return new Answer(response.getStatus(), headers, response.getContentAsByteArray());
    }

    void repeatTo(HttpServletResponse response) throws IOException {
        response.setStatus(status);
        headers.forEach(response::setHeader);
        response.setHeader("Idempotency-Replayed", "true");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
