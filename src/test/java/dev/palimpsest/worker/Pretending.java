package dev.palimpsest.worker;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Lets a worker start trainers that compute nothing and finish. */
@TestConfiguration(proxyBeanMethods = false)
public class Pretending {
    @Bean
    @Primary
    TrainerCommand pretendTrainer() {
        return SupervisionTests.pretending("good");
    }
}
