package dev.palimpsest.completions;

import dev.palimpsest.catalog.InUse;
import dev.palimpsest.jobs.CheckpointUser;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Until a completion ends it needs its model or checkpoint. */
@Component
class CompletionsInUse implements InUse, CheckpointUser {
    private final Completions completions;

    CompletionsInUse(Completions completions) {
        this.completions = completions;
    }

    @Override
    public Optional<String> userOfModel(String name) {
        return completions.underWayOfModel(name).map("completion "::concat);
    }

    @Override
    public boolean needs(String checkpoint) {
        return completions.isUnderWayOfCheckpoint(checkpoint);
    }
}
