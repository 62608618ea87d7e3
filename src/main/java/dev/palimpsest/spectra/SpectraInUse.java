package dev.palimpsest.spectra;

import dev.palimpsest.jobs.CheckpointUser;
import org.springframework.stereotype.Component;

/** A checkpoint stays while its spectra are kept, which would go with it. */
@Component
class SpectraInUse implements CheckpointUser {
    private final Decompositions decompositions;

    SpectraInUse(Decompositions decompositions) {
        this.decompositions = decompositions;
    }

    @Override
    public boolean needs(String checkpoint) {
        return decompositions.ofCheckpoint(checkpoint) > 0;
    }
}
