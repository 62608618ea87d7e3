package dev.palimpsest.completions;

import dev.palimpsest.jobs.UnderWay;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

@Component
class CompletionsInUse extends UnderWay {
    CompletionsInUse(JdbcClient database) {
        super(database, "completion");
    }
}
