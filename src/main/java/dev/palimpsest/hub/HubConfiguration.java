package dev.palimpsest.hub;

import dev.palimpsest.egress.Egress;
import dev.palimpsest.home.Home;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The hub that the settings name, its files kept in the home folder's cache. */
@Configuration(proxyBeanMethods = false)
class HubConfiguration {
    @Bean
    Hub hub(HubSettings settings, Egress egress, Home home, Clock clock) {
        return new Hub(
                settings, egress, home.cache().resolve("hub"), new Patience(Pause.REAL, clock));
    }
}
