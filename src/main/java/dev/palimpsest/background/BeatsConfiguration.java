package dev.palimpsest.background;

import com.github.kagkarlsson.scheduler.Clock;
import dev.palimpsest.home.DatabaseClock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** By which clock a heartbeat is late: one for all that share a database. */
@Configuration(proxyBeanMethods = false)
class BeatsConfiguration {
    @Bean
    Clock beats(DatabaseClock clock) {
        return clock::instant;
    }
}
