package dev.palimpsest.figures;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.ConcurrentLruCache;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Draws figures as SVG; the first one takes seconds, as the library is loaded then. */
@Component
public class Plotter {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .addModule(new SimpleModule().addSerializer(String.class, new GuardedStrings()))
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    private static final int HASH_BYTES = 6;

    /** Who looks at a figure often looks again; some take a tenth of a second to draw. */
    private static final int KEPT = 64;

    private final ReentrantLock turn = new ReentrantLock();
    private final ConcurrentLruCache<Drawing, String> drawn =
            new ConcurrentLruCache<>(KEPT, this::drawn);
    private @Nullable Engine engine;

    /** One element {@code svg}; ids in it are of this figure alone. */
    public String svg(Figure figure) {
        String option =
                JSON.writeValueAsString(
                        switch (figure) {
                            case Chart chart -> new ChartOption(chart).option();
                            case HeatChart chart -> new HeatOption(chart).option();
                        });
        return drawn.get(new Drawing(option, figure.height(), figure.title()));
    }

    /** All that a figure's text is made of. */
    private record Drawing(String option, int height, String title) {}

    private String drawn(Drawing drawing) {
        return Svg.of(
                drawn(drawing.option(), drawing.height()), drawing.title(), hash(drawing.option()));
    }

    private String drawn(String option, int height) {
        turn.lock();
        try {
            if (engine == null) engine = new Engine();
            return engine.svg(option, Figure.WIDTH, height);
        } finally {
            turn.unlock();
        }
    }

    private static String hash(String option) {
        try {
            byte[] sum =
                    MessageDigest.getInstance("SHA-256")
                            .digest(option.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class GuardedStrings extends StdSerializer<String> {
        GuardedStrings() {
            super(String.class);
        }

        @Override
        public void serialize(String text, JsonGenerator json, SerializationContext context) {
            json.writeString(PlainText.guarded(text));
        }
    }
}
