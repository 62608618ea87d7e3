package dev.palimpsest.idempotency;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;

/**
 * A request of which the body, or the beginning of one that is too large anyway, was read ahead.
 */
final class ReadBody extends HttpServletRequestWrapper {
    private static final int MOST = 4 << 20;

    private final byte[] read;
    private final SequenceInputStream all;

    ReadBody(HttpServletRequest request) throws IOException {
        super(request);
        this.read = request.getInputStream().readNBytes(MOST);
        this.all =
                new SequenceInputStream(new ByteArrayInputStream(read), request.getInputStream());
    }

    byte[] read() {
        return read;
    }

    @Override
    public ServletInputStream getInputStream() {
        return new ServletInputStream() {
            private boolean finished;

            @Override
            public int read() throws IOException {
                int one = all.read();
                finished = one < 0;
                return one;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = all.read(bytes, offset, length);
                finished = count < 0;
                return count;
            }

            @Override
            public boolean isFinished() {
                return finished;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new IllegalStateException("bodies are read by whoever waits for them");
            }
        };
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(all, StandardCharsets.UTF_8));
    }
}
