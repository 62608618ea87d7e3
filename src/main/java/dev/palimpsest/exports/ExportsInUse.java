package dev.palimpsest.exports;

import dev.palimpsest.catalog.InUse;
import dev.palimpsest.jobs.CheckpointUser;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Until an export is made it needs its checkpoint and the base model; afterwards neither. */
@Component
class ExportsInUse implements InUse, CheckpointUser {
    private final Exports exports;

    ExportsInUse(Exports exports) {
        this.exports = exports;
    }

    @Override
    public Optional<String> userOfModel(String name) {
        return exports.underWayOfModel(name).map("export "::concat);
    }

    @Override
    public boolean needs(String checkpoint) {
        return exports.underWayOfCheckpoint(checkpoint) > 0;
    }
}
