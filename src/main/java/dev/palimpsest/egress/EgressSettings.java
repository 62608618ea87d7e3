package dev.palimpsest.egress;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may be reached besides public addresses.
 *
 * @param allow networks such as {@code 10.2.0.0/16}, to which plain http may go too
 */
@ConfigurationProperties("palimpsest.egress")
record EgressSettings(@DefaultValue List<String> allow) {
    EgressSettings {
        allow = List.copyOf(allow);
    }
}
