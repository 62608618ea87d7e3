package dev.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.palimpsest.spec.InvalidSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A regular expression as RE2 reads it, in time that grows with the text alone: no text that a
 * model writes makes it search for hours.
 */
public final class Regex {
    private final Pattern pattern;

    private Regex(Pattern pattern) {
        this.pattern = pattern;
    }

    static Regex of(String source) {
        return new Regex(Pattern.compile(source));
    }

    /** Reads a text; {@link InvalidSpec} where it is no expression. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Regex of(JsonNode json) {
        if (!json.isString()) throw new InvalidSpec("", "must be a regular expression, a text");
        try {
            return of(json.stringValue());
        } catch (PatternSyntaxException broken) {
            throw new InvalidSpec(
                    "",
                    "is no regular expression of RE2: %s, at %s"
                            .formatted(broken.getDescription(), broken.getPattern()));
        }
    }

    @JsonValue
    String source() {
        return pattern.pattern();
    }

    /** Of each match the first group that has a text, or the whole where there are no groups. */
    List<Optional<String>> found(String text) {
        List<Optional<String>> found = new ArrayList<>();
        var matcher = pattern.matcher(text);
        while (matcher.find()) {
            Optional<String> filled = Optional.empty();
            for (int group = 1; group <= matcher.groupCount() && filled.isEmpty(); group++)
                filled = Optional.ofNullable(matcher.group(group)).filter(part -> !part.isEmpty());
            found.add(matcher.groupCount() == 0 ? Optional.of(matcher.group()) : filled);
        }
        return found;
    }

    String removedFrom(String text) {
        return pattern.matcher(text).replaceAll("");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Regex regex && regex.source().equals(source());
    }

    @Override
    public int hashCode() {
        return source().hashCode();
    }
}
