package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencesTests {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "respond-async",
                "Respond-Async",
                "respond-async, wait=10",
                "return=minimal , respond-async;foo=bar",
            })
    void anAsynchronousAnswerIsPreferredAsRfc7240WritesIt(String header) {
        assertThat(new Preferences(List.of(header)).respondAsync()).isTrue();
        assertThat(new Preferences(List.of("handling=lenient", header)).respondAsync()).isTrue();
    }

    @Test
    void otherPreferencesChangeNothing() {
        assertThat(new Preferences(null).respondAsync()).isFalse();
        assertThat(new Preferences(List.of("wait=10", "x=respond-async", "")).respondAsync())
                .isFalse();
    }
}
