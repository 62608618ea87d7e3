package dev.palimpsest.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTests {
    @TempDir Path folder;

    @Test
    void aNewHomeHasARoomForEachKindOfThing() {
        Home home = Home.open(folder.resolve("new/home"));

        assertThat(home.models()).isDirectory();
        assertThat(home.datasets()).isDirectory();
        assertThat(home.tasks()).isDirectory();
        assertThat(home.jobs()).isDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenToIsRefusedInOneSentence() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> Home.open(file.resolve("home")))
                .withMessageContaining("cannot be written to")
                .withMessageContaining("--palimpsest.home=");
    }
}
