package dev.palimpsest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service: API and worker in one process, or one of the two by {@code palimpsest.role}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Palimpsest {
    public static void main(String[] arguments) {
        SpringApplication.run(Palimpsest.class, arguments);
    }
}
