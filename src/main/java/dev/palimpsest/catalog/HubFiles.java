package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import dev.palimpsest.hub.Hub;
import dev.palimpsest.hub.RemoteFile;
import dev.palimpsest.hub.Repository;
import dev.palimpsest.hub.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;

/** Files of the hub at the commit that an import began with. */
@Component
class HubFiles {
    private final Hub hub;
    private final Imports imports;
    private final Home home;

    HubFiles(Hub hub, Imports imports, Home home) {
        this.hub = hub;
        this.imports = imports;
        this.home = home;
    }

    /** An import that goes on takes the commit that it began with. */
    Snapshot snapshot(Imports.Attempt<?> attempt, Repository repository, String revision)
            throws IOException, InterruptedException {
        Snapshot snapshot = hub.snapshot(repository, attempt.thing().commit().orElse(revision));
        if (imports.resolved(attempt, snapshot.commit()).isEmpty())
            throw new InterruptedException("the import is called off");
        return snapshot;
    }

    Optional<RemoteFile> file(Snapshot snapshot, String name)
            throws IOException, InterruptedException {
        return hub.file(snapshot, name);
    }

    void checkRoom(Snapshot snapshot, List<RemoteFile> files) throws IOException {
        long missing = 0;
        for (RemoteFile file : files) missing = Math.addExact(missing, hub.missing(file));
        long free = Files.getFileStore(home.root()).getUsableSpace();
        if (missing > free)
            throw new CannotImport(
                    "%s has %,d MB still to download, and %s has %,d MB left; make room there"
                            .formatted(
                                    snapshot.repository(), missing >> 20, home.root(), free >> 20));
    }

    void fetch(Snapshot snapshot, RemoteFile file, Path place, LongConsumer moved)
            throws IOException, InterruptedException {
        Path cached = hub.fetch(snapshot, file, moved);
        if (!Files.exists(place)) Folder.link(cached, place);
    }
}
