package dev.palimpsest.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;

/** Writes what is {@link Tabular} as CSV. */
final class CsvConverter extends AbstractHttpMessageConverter<Tabular> {
    CsvConverter() {
        super(StandardCharsets.UTF_8, MediaType.parseMediaType(Csv.TYPE));
    }

    @Override
    protected boolean supports(Class<?> type) {
        return Tabular.class.isAssignableFrom(type);
    }

    @Override
    public boolean canRead(Class<?> type, @Nullable MediaType media) {
        return false;
    }

    @Override
    protected Tabular readInternal(Class<? extends Tabular> type, HttpInputMessage request) {
        throw new HttpMessageNotReadableException("no request is CSV", request);
    }

    @Override
    protected void writeInternal(Tabular table, HttpOutputMessage response) throws IOException {
        response.getBody().write(table.csv().getBytes(StandardCharsets.UTF_8));
    }
}
