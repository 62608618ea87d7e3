package dev.palimpsest.scoring;

import dev.palimpsest.catalog.InUse;
import dev.palimpsest.jobs.CheckpointUser;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Until a scoring ends it needs its model or checkpoint; afterwards neither. */
@Component
class ScoringsInUse implements InUse, CheckpointUser {
    private final Scorings scorings;

    ScoringsInUse(Scorings scorings) {
        this.scorings = scorings;
    }

    @Override
    public Optional<String> userOfModel(String name) {
        return scorings.underWayOfModel(name).map("scoring "::concat);
    }

    @Override
    public Optional<String> userOfTask(String name) {
        return scorings.underWayOfTask(name).map("scoring "::concat);
    }

    @Override
    public boolean needs(String checkpoint) {
        return scorings.underWayOfCheckpoint(checkpoint) > 0;
    }
}
