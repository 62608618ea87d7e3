package dev.palimpsest.jobs;

import org.springframework.stereotype.Component;

@Component
class References {
    void check(ExperimentRequest request) {}
}
