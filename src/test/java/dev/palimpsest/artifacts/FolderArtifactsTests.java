package dev.palimpsest.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderArtifactsTests {
    private static final String FOLDER = "jobs/job_1/attempt-1/step-4";

    @TempDir Path root;
    private FolderArtifacts artifacts;
    private Path place;
    private List<Artifact> files;

    @BeforeEach
    void aCheckpoint() throws IOException {
        artifacts = new FolderArtifacts(Home.open(root));
        place = Files.createDirectories(root.resolve(FOLDER).resolve("state")).getParent();
        Path weights = Files.writeString(place.resolve("adapter_model.safetensors"), "weights");
        Path state = Files.writeString(place.resolve("state/optimizer.safetensors"), "moments");
        files = Artifact.of(place, List.of(weights, state));
    }

    @Test
    void aFileThatIsCutChangedOrGoneIsNamed() throws IOException {
        assertThat(artifacts.verified(FOLDER, files)).isEqualTo(place);

        Path state = place.resolve("state/optimizer.safetensors");
        Files.writeString(state, "mom");
        refused("step-4/state/optimizer.safetensors is damaged: it has 3 bytes of 7", false);
        Files.writeString(state, "momentS");
        refused("step-4/state/optimizer.safetensors is damaged: its SHA-256 is", false);
        Files.delete(state);
        refused("step-4/state/optimizer.safetensors is no longer there", true);

        assertThat(artifacts.missing(FOLDER, files)).contains(files.get(1));
        assertThat(artifacts.verified(FOLDER, files.subList(0, 1))).isEqualTo(place);
    }

    private void refused(String words, boolean gone) {
        assertThatExceptionOfType(Damaged.class)
                .isThrownBy(() -> artifacts.verified(FOLDER, files))
                .withMessageContaining(words)
                .satisfies(damaged -> assertThat(damaged.isGone()).isEqualTo(gone));
    }
}
