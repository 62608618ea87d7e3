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
    private final boolean strict;

    private JinjaTemplate(Parser.Parsed parsed, boolean strict) {
        this.parsed = parsed;
        this.strict = strict;
    }

    /** A part of the text, counted in Java's characters. */
    public record Span(int start, int end) {}

    /** The text, and the parts of it that stand between {@code generation} marks. */
    public record Rendered(String text, List<Span> generated) {}

    /** Parses a source; {@link Refusal} says why one can't be rendered as Jinja2 would. */
    public static JinjaTemplate of(String source) {
        return new JinjaTemplate(Parser.parse(source, true), false);
    }

    /**
     * The same as lm-evaluation-harness reads a task's: all white space stays, and what is not
     * there is not written as nothing.
     */
    public static JinjaTemplate strict(String source) {
        return new JinjaTemplate(Parser.parse(source, false), true);
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
        Scope scope = scope(variables, inputCharacters, clock);
        StringBuilder out = new StringBuilder();
        Statement.render(parsed.body(), scope, out);
        return new Rendered(out.toString(), List.copyOf(scope.rendering.generated));
    }

    /**
     * The value of a template that is one expression in its braces and nothing else, with each item
     * of a list; the text of any other.
     */
    public Object value(Map<String, Object> variables, long inputCharacters, Clock clock) {
        Scope scope = scope(variables, inputCharacters, clock);
        if (parsed.body().size() != 1
                || !(parsed.body().getFirst() instanceof Statement.Written(var expression)))
            return render(variables, inputCharacters, clock).text();
        Object value = expression.value(scope);
        if (value instanceof Undefined undefined) throw undefined.used();
        return value instanceof Tuple || value instanceof Lazy
                ? Python.items(value, scope.budget())
                : value;
    }

    private Scope scope(Map<String, Object> variables, long inputCharacters, Clock clock) {
        return Scope.root(
                variables, new Scope.Rendering(new Budget(inputCharacters), clock, strict));
    }

    /** What stands for Python's {@code None} among the variables. */
    public static Object none() {
        return None.NONE;
    }
}
