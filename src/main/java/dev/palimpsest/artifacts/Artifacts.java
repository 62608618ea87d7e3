package dev.palimpsest.artifacts;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps files for every process of the service. Who makes some writes them into a folder of this
 * machine, stores them, and then commits the row that names them.
 */
public interface Artifacts {
    /** Keeps files that lie in a folder; what was cut off by a kill is gone on with. */
    void store(Path folder, List<Artifact> files);

    /**
     * Answers where a folder lies on this machine, with these of its files in it. What has to be
     * fetched is compared with its sum; what lies here is trusted, for readers that compare it
     * themselves.
     *
     * @param folder below the home folder
     */
    Path at(String folder, List<Artifact> files);

    /**
     * The same with each file compared with its sum, unless it has not changed since this process
     * did that.
     *
     * @throws Damaged naming the first that is gone or not what was stored
     */
    Path verified(String folder, List<Artifact> files);

    /**
     * Takes out of a folder of copies what is not among these: its name may have been another's
     * before, and readers take what they find.
     */
    void keepOnly(String folder, List<Artifact> files);

    /** What lies in a room of the home folder as copies; nothing where it is what all read. */
    Optional<List<String>> copies(Path room);

    /** The first of these files that is gone, as far as that is seen without reading them. */
    Optional<Artifact> missing(String folder, List<Artifact> files);

    /** Where a client may fetch a file itself, if this service gives such links. */
    Optional<URI> link(Artifact file);

    /** What a sweep took away. */
    record Swept(long things, long bytes) {
        static final Swept NOTHING = new Swept(0, 0);
    }

    /**
     * Takes away what lies elsewhere than in the home folder, has not changed since a time and has
     * a sum that nothing names, uploads that nobody goes on with among it.
     */
    Swept sweep(Instant before, Predicate<String> named);
}
