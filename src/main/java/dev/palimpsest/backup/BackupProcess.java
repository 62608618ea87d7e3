package dev.palimpsest.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * {@code backup FOLDER} and {@code restore FOLDER}, with the settings of the service that they are
 * of: its home, its database, its bucket.
 */
@ConfigurationPropertiesScan({"dev.palimpsest.home", "dev.palimpsest.artifacts"})
@ComponentScan({"dev.palimpsest.home", "dev.palimpsest.artifacts"})
@ImportAutoConfiguration({
    PropertyPlaceholderAutoConfiguration.class,
    DataSourceAutoConfiguration.class,
    DataSourceTransactionManagerAutoConfiguration.class,
    TransactionAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class
})
@Import({Backup.class, Restore.class})
public final class BackupProcess {
    BackupProcess() {}

    public static void backup(String... arguments) throws IOException {
        run("backup", arguments, BackupProcess::backup);
    }

    public static void restore(String... arguments) throws IOException {
        run("restore", arguments, BackupProcess::restore);
    }

    private static String backup(ConfigurableApplicationContext context, Path folder)
            throws IOException {
        return "%s holds %s".formatted(folder, said(context.getBean(Backup.class).into(folder)));
    }

    private static String restore(ConfigurableApplicationContext context, Path folder)
            throws IOException {
        return "Restored %s".formatted(said(context.getBean(Restore.class).from(folder)));
    }

    @FunctionalInterface
    private interface Command {
        String run(ConfigurableApplicationContext context, Path folder) throws IOException;
    }

    private static void run(String name, String[] arguments, Command command) throws IOException {
        try {
            Path folder = folder(name, arguments);
            try (ConfigurableApplicationContext context = started(arguments)) {
                System.out.println(command.run(context, folder));
            }
        } catch (CannotCopy cannot) {
            System.err.println("Palimpsest cannot %s: %s".formatted(name, cannot.getMessage()));
            System.exit(1);
        }
    }

    private static ConfigurableApplicationContext started(String[] arguments) {
        return new SpringApplicationBuilder(BackupProcess.class)
                .web(WebApplicationType.NONE)
                .run(
                        Stream.concat(
                                        Arrays.stream(arguments).skip(1),
                                        Stream.of("--palimpsest.role=copyist"))
                                .toArray(String[]::new));
    }

    private static Path folder(String name, String[] arguments) {
        if (arguments.length == 0 || arguments[0].startsWith("-"))
            throw new CannotCopy(
                    "a folder has to be named: java -jar palimpsest.jar %s FOLDER".formatted(name));
        return Path.of(arguments[0]).toAbsolutePath().normalize();
    }

    private static String said(Manifest manifest) {
        long rows = manifest.tables().stream().mapToLong(Manifest.Copied::rows).sum();
        return "%d tables with %d rows as of %s"
                .formatted(manifest.tables().size(), rows, manifest.at());
    }
}
