package dev.palimpsest.hub;

import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** What a repository holds at one commit; a model's names are those of its top folder. */
public final class Snapshot {
    private final Repository repository;
    private final String commit;
    private final SequencedMap<String, Optional<RemoteFile>> files;

    /** A file without a description has to be asked about. */
    Snapshot(
            Repository repository,
            String commit,
            SequencedMap<String, Optional<RemoteFile>> files) {
        this.repository = repository;
        this.commit = commit;
        this.files = files;
    }

    public Repository repository() {
        return repository;
    }

    public String commit() {
        return commit;
    }

    public SequencedSet<String> names() {
        return files.sequencedKeySet();
    }

    Optional<RemoteFile> described(String name) {
        return files.getOrDefault(name, Optional.empty());
    }
}
