package dev.palimpsest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: API and worker in one process. */
@SpringBootApplication
public class Palimpsest {
    public static void main(String[] arguments) {
        SpringApplication.run(Palimpsest.class, arguments);
    }
}
