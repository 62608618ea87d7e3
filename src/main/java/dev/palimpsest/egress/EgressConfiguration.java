package dev.palimpsest.egress;

import java.net.InetAddress;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the settings allow, by the names that this machine knows. */
@Configuration(proxyBeanMethods = false)
class EgressConfiguration {
    @Bean
    Egress egress(EgressSettings settings) {
        return new Egress(settings.allow(), InetAddress::getAllByName);
    }
}
