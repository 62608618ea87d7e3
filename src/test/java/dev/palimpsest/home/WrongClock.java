package dev.palimpsest.home;

import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** A machine whose clock is off, for a service that names this among its sources. */
public class WrongClock {
    @Bean
    @Primary
    DatabaseClock wrong(@Value("${palimpsest.test.clock-off}") Duration off) {
        return new DatabaseClock(Clock.offset(Clock.systemUTC(), off));
    }
}
