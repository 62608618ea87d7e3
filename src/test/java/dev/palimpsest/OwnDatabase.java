package dev.palimpsest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.util.FileSystemUtils;

/** Gives each booted service a new database and a new home, which goes when it closes. */
class OwnDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        TestPostgres.Database database = TestPostgres.database();
        Path home = home();
        TestPropertyValues.of(
                        "palimpsest.home=" + home,
                        "spring.datasource.url=" + database.url(),
                        "spring.datasource.username=" + database.user(),
                        "spring.datasource.password=" + database.password(),
                        // services that wait for the next class of tests leave connections to
                        // others
                        "spring.datasource.hikari.minimum-idle=1",
                        "spring.datasource.hikari.idle-timeout=10000")
                .applyTo(context);
        context.addApplicationListener(
                event -> {
                    if (event instanceof ContextClosedEvent) delete(home);
                });
    }

    private static Path home() {
        try {
            return Files.createTempDirectory("palimpsest-home");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path home) {
        try {
            FileSystemUtils.deleteRecursively(home);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
