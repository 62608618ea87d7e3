package dev.palimpsest.hub;

import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** What a model's repository holds at one commit; names are those of its top folder. */
public final class Snapshot {
    private final String id;
    private final String commit;
    private final SequencedMap<String, Optional<RemoteFile>> files;

    /** A file without a description has to be asked about. */
    Snapshot(String id, String commit, SequencedMap<String, Optional<RemoteFile>> files) {
        this.id = id;
        this.commit = commit;
        this.files = files;
    }

    public String id() {
        return id;
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
