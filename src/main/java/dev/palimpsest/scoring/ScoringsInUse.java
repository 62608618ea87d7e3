package dev.palimpsest.scoring;

import dev.palimpsest.jobs.UnderWay;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** It needs its tasks too. */
@Component
class ScoringsInUse extends UnderWay {
    private final Scorings scorings;

    ScoringsInUse(JdbcClient database, Scorings scorings) {
        super(database, "scoring");
        this.scorings = scorings;
    }

    @Override
    public Optional<String> userOfTask(String name) {
        return scorings.underWayOfTask(name).map("scoring "::concat);
    }
}
