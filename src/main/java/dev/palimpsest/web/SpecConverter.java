package dev.palimpsest.web;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotWritableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;

/** Binds the body of a request to one of our records, so that every fault is said at once. */
final class SpecConverter extends AbstractHttpMessageConverter<Object> {
    static final int LARGEST_BODY = 1 << 20;

    SpecConverter() {
        super(MediaType.APPLICATION_JSON, new MediaType("application", "*+json"));
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type.getPackageName().startsWith("dev.palimpsest.")
                && (type.isRecord() || type.isSealed());
    }

    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType media) {
        return false;
    }

    @Override
    protected Object readInternal(Class<? extends Object> type, HttpInputMessage request)
            throws IOException {
        byte[] body = body(request);
        Optional<? extends Object> atOnce = Binder.atOnce(body, type);
        return atOnce.isPresent() ? atOnce.get() : Binder.bind(tree(text(body)), type);
    }

    private static byte[] body(HttpInputMessage request) throws IOException {
        if (request.getHeaders().getContentLength() > LARGEST_BODY) throw tooLarge();
        byte[] bytes = request.getBody().readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) throw tooLarge();
        return bytes;
    }

    private static BodyTooLarge tooLarge() {
        return new BodyTooLarge(
                "a JSON body may have at most %d bytes; text belongs into a dataset"
                        .formatted(LARGEST_BODY));
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new BrokenJson("the body is not UTF-8");
        }
    }

    private static JsonNode tree(String text) {
        try {
            JsonNode tree = Binder.JSON.readTree(text);
            if (tree.isMissingNode()) throw new BrokenJson("the body is empty; send a JSON object");
            return tree;
        } catch (JacksonException broken) {
            TokenStreamLocation at = broken.getLocation();
            String where =
                    at == null
                            ? ""
                            : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
            throw new BrokenJson(where + broken.getOriginalMessage());
        }
    }

    @Override
    protected void writeInternal(Object value, HttpOutputMessage response) {
        throw new HttpMessageNotWritableException("responses are written by Jackson");
    }
}
