package dev.palimpsest.report;

import dev.palimpsest.spec.Binder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import tools.jackson.core.type.TypeReference;

/** Puts a report into its two templates; whatever a name holds, it is text there. */
@Component
class Pages {
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};

    /** What begins or ends something in Markdown; a page of HTML within it is none either. */
    private static final String SIGNS = "\\`*_{}[]()#+-!|~";

    private final TemplateEngine engine = new TemplateEngine();

    Pages() {
        engine.addTemplateResolver(templates("report/*.html", TemplateMode.HTML));
        engine.addTemplateResolver(templates("report/*.md", TemplateMode.TEXT));
    }

    private static ClassLoaderTemplateResolver templates(String names, TemplateMode mode) {
        ClassLoaderTemplateResolver resolver =
                new ClassLoaderTemplateResolver(Pages.class.getClassLoader());
        resolver.setResolvablePatterns(Set.of(names));
        resolver.setTemplateMode(mode);
        resolver.setCharacterEncoding(StandardCharsets.UTF_8.name());
        return resolver;
    }

    String html(Report report) {
        return engine.process("report/report.html", new Context(Locale.ROOT, tree(report)));
    }

    String markdown(Report report) {
        Map<String, Object> marked =
                tree(report).entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        part -> marked(part.getKey(), part.getValue())));
        return engine.process("report/report.md", new Context(Locale.ROOT, marked));
    }

    private static Map<String, Object> tree(Report report) {
        return Binder.JSON.convertValue(report, TREE);
    }

    /** Every text as it looks the same in Markdown; bodies stand in fences, data in a link. */
    private static Object marked(String name, Object part) {
        return switch (part) {
            case null -> "";
            case String text ->
                    switch (name) {
                        case "body" -> fenced(text);
                        case "data", "svg" -> text;
                        default -> escaped(text);
                    };
            case List<?> list -> list.stream().map(each -> marked(name, each)).toList();
            case Map<?, ?> map -> {
                Map<String, Object> all = new LinkedHashMap<>();
                map.forEach((key, value) -> all.put(key.toString(), marked(key.toString(), value)));
                yield all;
            }
            default -> part;
        };
    }

    /** JSON has no backtick but within texts, where it may be written otherwise. */
    private static String fenced(String json) {
        return json.replace("`", "\\u0060");
    }

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray())
            if (c == '<') escaped.append("&lt;");
            else if (c == '>') escaped.append("&gt;");
            else if (c == '&') escaped.append("&amp;");
            else if (Character.isWhitespace(c)) escaped.append(' ');
            else if (SIGNS.indexOf(c) >= 0) escaped.append('\\').append(c);
            else escaped.append(c);
        return escaped.toString();
    }
}
