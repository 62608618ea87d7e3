package dev.palimpsest.worker;

import dev.palimpsest.jobs.Turn;
import org.springframework.stereotype.Component;

@Component
class Assignments {
    Assignment of(Turn turn, Device device) {
        throw new CannotRun("not yet");
    }
}
