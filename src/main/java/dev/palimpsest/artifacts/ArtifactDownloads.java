package dev.palimpsest.artifacts;

import dev.palimpsest.web.Download;
import dev.palimpsest.web.NotFound;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Answers stored files: their bytes, or where a client is to fetch them. */
@Component
public class ArtifactDownloads {
    private final Artifacts artifacts;

    ArtifactDownloads(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * A file of a folder below the home.
     *
     * @param gone says that nothing is left of it
     */
    public ResponseEntity<Resource> of(String folder, Artifact file, Supplier<NotFound> gone) {
        if (artifacts.missing(folder, List.of(file)).isPresent()) throw gone.get();
        Optional<URI> link = artifacts.link(file);
        if (link.isPresent())
            return ResponseEntity.status(HttpStatus.FOUND).location(link.get()).build();
        return Download.of(
                artifacts.verified(folder, List.of(file)).resolve(file.path()), file.sha256());
    }
}
