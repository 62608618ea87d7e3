package dev.palimpsest.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Templates of tasks, as lm-evaluation-harness has Jinja2 render them. */
class StrictTemplateTests {
    private static final Map<String, Object> ROW =
            Map.of(
                    "question", "Which?\n",
                    "choices", Map.of("label", List.of("A", "B"), "text", List.of("one", "two")),
                    "answer", "B");

    @Test
    void allWhiteSpaceStays() {
        assertThat(text("  {% if true %}\nQ: {{question}}\n{% endif %}\nA:\n"))
                .isEqualTo("  \nQ: Which?\n\n\nA:\n");
    }

    @Test
    void whatIsUndefinedIsNotWrittenAsNothingButMayBeAskedFor() {
        assertThatThrownBy(() -> text("{{ questoin }}"))
                .isInstanceOf(Refusal.class)
                .hasMessage("uses 'questoin', which is undefined");
        assertThatThrownBy(() -> text("{{ 'Q: ' ~ questoin }}"))
                .hasMessage("uses 'questoin', which is undefined");
        assertThat(text("{% if hint is defined %}{{hint}}{% endif %}{{ hint | default('none') }}"))
                .isEqualTo("none");
    }

    @Test
    void oneExpressionHasAValueAndAnyOtherTemplateAText() {
        assertThat(value("{{choices.label.index(answer)}}")).isEqualTo(1L);
        assertThat(value("{{ choices.text }}")).isEqualTo(List.of("one", "two"));
        assertThat(value("{{ choices.text | map('upper') }}")).isEqualTo(List.of("ONE", "TWO"));
        assertThat(value("{{ choices.text[0] }} ")).isEqualTo("one ");
        assertThat(value("2")).isEqualTo("2");
        assertThatThrownBy(() -> value("{{choices.label.index('C')}}"))
                .hasMessage("asks for the index of what is not in the list");
        assertThatThrownBy(() -> value("{{nothing}}")).hasMessageContaining("undefined");
    }

    private static String text(String source) {
        return JinjaTemplate.strict(source).render(ROW, 100, Clock.systemUTC()).text();
    }

    private static Object value(String source) {
        return JinjaTemplate.strict(source).value(ROW, 100, Clock.systemUTC());
    }
}
