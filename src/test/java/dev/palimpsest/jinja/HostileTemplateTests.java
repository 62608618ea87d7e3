package dev.palimpsest.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTemplateTests {
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final long MOST_BYTES = 256L << 20;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(10**9) %}x{% endfor %}",
                "{% for i in range(1000000000) %}x{% endfor %}",
                "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
                "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}",
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f(n) %}{{ f(n + 1) ~ f(n + 1) }}{% endmacro %}{{ f(0) }}",
                "{{ 'x' * 2000000000 }}",
                "{{ 'x' * 999999999999999999 }}",
                "{{ [1] * 2000000000 }}",
                "{% set ns = namespace(s='x') %}{% for i in range(99) %}"
                        + "{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for i in range(99) %}"
                        + "{% set ns.s = ns.s.replace('x', 'xx') %}{% endfor %}",
                "{% set ns = namespace(s=['x']) %}{% for i in range(99) %}"
                        + "{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s=[]) %}{% for i in range(9999) %}"
                        + "{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}",
                "{% set ns = namespace(s=[]) %}{% for i in range(9999) %}"
                        + "{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s | tojson }}",
                "{% set ns = namespace(s=[], t=[]) %}{% for i in range(9999) %}"
                        + "{% set ns.s = [ns.s] %}{% set ns.t = [ns.t] %}{% endfor %}"
                        + "{{ ns.s == ns.t }}",
                "{% set ns = namespace(s=[1], t=[1]) %}{% for i in range(99) %}"
                        + "{% set ns.s = [ns.s, ns.s] %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}"
                        + "{{ ns.s == ns.t }}",
                "{% set a = 'a' * 400000 %}{{ (a ~ 'b') in (a ~ a ~ a) }}",
                "{% set ns = namespace() %}{% set ns.me = [ns] %}{{ ns.me }}",
                "{% for i in messages %}{{ i.class }}{{ i.getClass() }}{% endfor %}",
                "{{ ''.getClass().forName('java.lang.Runtime') }}",
                "{{ messages.getClass() }}",
                "{{ ''.__class__.__mro__ }}",
                "{{ messages.__init__ }}",
                "{{ namespace.__init__.__globals__ }}",
                "{{ range.__self__ }}",
                "{% include '/etc/passwd' %}",
                "{% import 'os' as os %}",
                "{% for i in range(9) %}",
                "{{ 'x",
                "{{ {{ }}"
            })
    void isRefusedSoonAndInLittleMemory(String source) {
        Map<String, Object> variables =
                new HashMap<>(Map.of("messages", List.of(Map.of("role", "user"))));
        long before = allocated();

        Assertions.assertTimeoutPreemptively(
                LONGEST,
                () ->
                        assertThatThrownBy(
                                        () ->
                                                JinjaTemplate.of(source)
                                                        .render(variables, 100, Clock.systemUTC()))
                                .isInstanceOf(Refusal.class));

        assertThat(allocated() - before).isLessThan(MOST_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "not ", "-", "{'a':", "f(", "1 if ", "x[", "1 if x else "})
    void nestedBeyondAllReasonIsRefused(String opening) {
        assertThatThrownBy(() -> JinjaTemplate.of("{{ " + opening.repeat(50_000) + " }}"))
                .isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {" + 1", ".a", "[0]", " or 0", " and 1", " | trim", " ~ 1", " is none"})
    void aChainBeyondAllReasonIsRefusedOrRendered(String link) {
        String source = "{{ 1" + link.repeat(50_000) + " }}";
        try {
            JinjaTemplate.of(source).render(Map.of(), 0, Clock.systemUTC());
        } catch (Refusal refusal) {
            assertThat(refusal.clause()).isNotBlank();
        }
    }

    @Test
    void longLiteralsSpacesAndCommentsAreRead() {
        String source =
                "{{ '%s' }}{#%s#}{{%s1 }}{%% raw %%}%s{%% endraw %%}"
                        .formatted(
                                "\\n".repeat(100_000),
                                "{# ".repeat(50_000),
                                " \n".repeat(50_000),
                                "{{ ".repeat(50_000));

        String text = JinjaTemplate.of(source).render(Map.of(), 0, Clock.systemUTC()).text();

        assertThat(text).isEqualTo("\n".repeat(100_000) + "1" + "{{ ".repeat(50_000));
    }

    private static long allocated() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
