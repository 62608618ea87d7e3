package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.palimpsest.home.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPathsTests {
    private static final String CLOSED = "lies in no folder that may be imported from";

    @TempDir Path machine;
    private Path home;
    private Path open;
    private Path secret;

    @BeforeEach
    void aMachine() throws IOException {
        home = Files.createDirectories(machine.resolve("data/home"));
        Files.createDirectories(home.resolve("datasets/others"));
        Files.createDirectories(home.resolve("imports"));
        open = Files.createDirectories(machine.resolve("data/open"));
        Files.writeString(open.resolve("text.jsonl"), "{}");
        secret = Files.writeString(machine.resolve("secret"), "the secret");
    }

    @Test
    void whileNobodyIsAskedForAKeyAnyFileMayBeNamedButTheMachinesOwn() throws IOException {
        LocalPaths paths = new LocalPaths(List.of(), false, home);
        Path link = Files.createSymbolicLink(open.resolve("link"), Path.of("/proc/self/environ"));

        assertThat(paths.fault(secret.toString())).isEmpty();
        assertThat(paths.fault(machine.resolve("nothing").toString())).isEmpty();
        for (String own : List.of("/proc/self/environ", "/tmp/../sys", "/dev/mem", link.toString()))
            assertThat(paths.fault(own).orElseThrow()).contains("is the machine's own");
        assertThat(paths.fault(open.toString()).orElseThrow()).contains("is the machine's own");
    }

    @Test
    void onceSomebodyIsNoneMayBeThatIsNotListed() {
        LocalPaths paths = new LocalPaths(List.of(), true, home);

        for (Path path : List.of(secret, open, home, machine.resolve("nothing")))
            assertThat(paths.fault(path.toString()).orElseThrow())
                    .contains(CLOSED, "palimpsest.catalog.folders, which lists none");
    }

    @Test
    void belowAListedFolderAllMayBeNamedAndNothingThatLeadsOutOfIt() throws IOException {
        LocalPaths paths = new LocalPaths(List.of(open.toString()), true, home);
        Path inside = Files.createSymbolicLink(open.resolve("inside"), open.resolve("text.jsonl"));
        Path outside = Files.createSymbolicLink(open.resolve("outside"), secret);
        Path folder = Files.createDirectory(open.resolve("model"));

        assertThat(paths.fault(open.resolve("text.jsonl").toString())).isEmpty();
        assertThat(paths.fault(open.resolve("not-there").toString())).isEmpty();
        assertThat(paths.fault(inside.toString())).isEmpty();
        assertThat(paths.fault(folder.toString())).isEmpty();
        Files.createSymbolicLink(folder.resolve("config.json"), secret);
        for (Path leadingOut :
                List.of(outside, folder, open.resolve("../../secret"), open.resolve("../openly")))
            assertThat(paths.fault(leadingOut.toString()).orElseThrow())
                    .contains(CLOSED, "put them below " + open);
    }

    @Test
    void aListedFolderThatIsALinkOpensWhereItLeads() throws IOException {
        Path link = Files.createSymbolicLink(machine.resolve("link"), open);
        LocalPaths paths = new LocalPaths(List.of(link.toString()), true, home);

        assertThat(paths.fault(open.resolve("text.jsonl").toString())).isEmpty();
        assertThat(paths.fault(secret.toString())).isPresent();
    }

    @Test
    void theHomeIsClosedUnlessAFolderInItIsListed() {
        Path others = home.resolve("datasets/others");
        LocalPaths above = new LocalPaths(List.of(machine.resolve("data").toString()), true, home);
        LocalPaths whole = new LocalPaths(List.of(home.toString()), true, home);
        LocalPaths within = new LocalPaths(List.of(home.resolve("imports").toString()), true, home);

        assertThat(above.fault(open.toString())).isEmpty();
        for (LocalPaths paths : List.of(above, whole, within))
            assertThat(paths.fault(others.toString())).isPresent();
        assertThat(within.fault(home.resolve("imports/model").toString())).isEmpty();
    }

    @Test
    void theSettingListsAbsolutePaths() {
        assertThat(new CatalogSettings(List.of("/data", "/more")).folders()).hasSize(2);
        for (String bad : List.of("data", "~/data", "", "\0"))
            assertThatExceptionOfType(CannotStart.class)
                    .isThrownBy(() -> new CatalogSettings(List.of(bad)))
                    .withMessageContaining("palimpsest.catalog.folders");
    }
}
