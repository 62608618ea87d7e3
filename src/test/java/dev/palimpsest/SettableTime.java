package dev.palimpsest;

import java.time.Instant;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Puts the test in charge of the time. */
@TestConfiguration(proxyBeanMethods = false)
class SettableTime {
    @Bean
    @Primary
    SettableClock settableClock() {
        return new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    }
}
