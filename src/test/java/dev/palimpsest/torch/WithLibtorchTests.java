package dev.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The GPU image's entry point, src/docker/with-libtorch.sh. */
@EnabledOnOs(OS.LINUX)
class WithLibtorchTests {
    @TempDir private Path libraries;

    @Test
    void aMachineWithADriverGetsTheBindingsForCuda() throws IOException {
        Path some = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
        Files.copy(some, libraries.resolve("libcuda.so.1"));

        assertThat(flavor("")).isEqualTo("cu128");
    }

    @Test
    void aMachineWhoseDriverCannotBeLoadedGetsTheProcessors() throws IOException {
        Files.writeString(libraries.resolve("libcuda.so.1"), "no library");

        assertThat(flavor("cu128")).isEqualTo("cpu");
    }

    @Test
    void theCommandIsRunWithItsArgumentsAndItsExitCode() throws Exception {
        Process process = started(List.of("sh", "-c", "exit $1", "sh", "7"), "");

        assertThat(process.waitFor()).isEqualTo(7);
    }

    /** With a library of its own in front, so that a driver of this machine plays no part. */
    private String flavor(String before) throws IOException {
        Process process = started(List.of("printenv", "PYTORCH_FLAVOR"), before);
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private Process started(List<String> command, String flavor) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "src/docker/with-libtorch.sh");
        builder.command().addAll(command);
        builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
        builder.environment().put("PYTORCH_FLAVOR", flavor);
        return builder.start();
    }
}
