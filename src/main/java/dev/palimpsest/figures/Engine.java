package dev.palimpsest.figures;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ContextFactory;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.ScriptableObject;

/** Apache ECharts in an interpreter of JavaScript that can reach nothing of Java's. */
final class Engine {
    private static final String FOLDER = "/META-INF/resources/webjars/echarts/";
    private static final String VERSION = "/META-INF/maven/org.webjars.npm/echarts/pom.properties";

    /** It asks for a clock to animate by; nothing here moves. */
    private static final String NO_CLOCK =
            "function setTimeout() { return 0; } function clearTimeout() {}";

    /** There is no font at hand; what is narrower than a wide one leaves a little room. */
    private static final String MEASURE =
            """
            echarts.setPlatformAPI({measureText: function (text, font) {
                return {width: text.length * %s * parseFloat(/([0-9.]+)px/.exec(font)[1])};
            }});"""
                    .formatted(Letters.WIDTH_BY_HEIGHT);

    private static final String DRAW =
            """
            (function (option, width, height) {
                var chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: width, height: height});
                try {
                    chart.setOption(JSON.parse(option));
                    return chart.renderToSVGString();
                } finally {
                    chart.dispose();
                }
            })""";

    private final ContextFactory contexts = new ContextFactory();
    private final ScriptableObject scope;
    private final Function draw;

    Engine() {
        try (Context context = entered()) {
            scope = context.initSafeStandardObjects();
            context.evaluateString(scope, NO_CLOCK, "clock", 1, null);
            context.evaluateString(scope, library(), "echarts", 1, null);
            context.evaluateString(scope, MEASURE, "measure", 1, null);
            draw = (Function) context.evaluateString(scope, DRAW, "draw", 1, null);
        }
    }

    /** For one thread at a time. */
    String svg(String option, int width, int height) {
        try (Context context = entered()) {
            Object[] arguments = {option, width, height};
            return Context.toString(draw.call(context, scope, scope, arguments));
        }
    }

    private Context entered() {
        Context context = contexts.enterContext();
        context.setInterpretedMode(true); // as fast as compiled here, and classes are not piled up
        context.setLanguageVersion(Context.VERSION_ES6);
        return context;
    }

    private static String library() {
        Properties version = new Properties();
        try (InputStream properties = resource(VERSION)) {
            version.load(properties);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        String path = FOLDER + version.getProperty("version") + "/dist/echarts.min.js";
        try (InputStream script = resource(path)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static InputStream resource(String path) {
        InputStream resource = Engine.class.getResourceAsStream(path);
        if (resource == null) throw new IllegalStateException("the class path lacks " + path);
        return resource;
    }
}
