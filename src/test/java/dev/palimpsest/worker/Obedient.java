package dev.palimpsest.worker;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Lets a worker start trainers that make two steps and then wait to be asked to end. */
@TestConfiguration(proxyBeanMethods = false)
public class Obedient {
    @Bean
    @Primary
    TrainerCommand pretendTrainer() {
        return SupervisionTests.pretending("obedient");
    }
}
