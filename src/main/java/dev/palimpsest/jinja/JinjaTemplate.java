package dev.palimpsest.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * A template, parsed once and rendered as often as asked; it can't call anything outside its own
 * package, and what it costs is bounded. Threads may share one.
 */
public final class JinjaTemplate {
    private final Parser.Parsed parsed;

    private JinjaTemplate(Parser.Parsed parsed) {
        this.parsed = parsed;
    }

    /** A part of the text, counted in Java's characters. */
    public record Span(int start, int end) {}

    /** The text, and the parts of it that stand between {@code generation} marks. */
    public record Rendered(String text, List<Span> generated) {}

    /** Parses a source; {@link Refusal} says why one can't be rendered as Jinja2 would. */
    public static JinjaTemplate of(String source) {
        return new JinjaTemplate(Parser.parse(source));
    }

    /** Whether it marks what the assistant generates. */
    public boolean generates() {
        return parsed.generates();
    }

    /** Whether its expressions speak of a name. */
    public boolean reads(String name) {
        return parsed.names().contains(name);
    }

    /**
     * Renders with variables made of texts, numbers, booleans, lists and maps.
     *
     * @param inputCharacters how much text the variables hold, which the work may grow with
     */
    public Rendered render(Map<String, Object> variables, long inputCharacters, Clock clock) {
        Scope.Rendering rendering = new Scope.Rendering(new Budget(inputCharacters), clock);
        StringBuilder out = new StringBuilder();
        Statement.render(parsed.body(), Scope.root(variables, rendering), out);
        return new Rendered(out.toString(), List.copyOf(rendering.generated));
    }

    /** What stands for Python's {@code None} among the variables. */
    public static Object none() {
        return None.NONE;
    }
}
