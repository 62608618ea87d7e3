package dev.palimpsest;

import dev.palimpsest.backup.BackupProcess;
import dev.palimpsest.sandbox.SandboxProcess;
import dev.palimpsest.trainer.CompletionProcess;
import dev.palimpsest.trainer.ExportProcess;
import dev.palimpsest.trainer.ScoringProcess;
import dev.palimpsest.trainer.SpectraProcess;
import dev.palimpsest.trainer.TrainerProcess;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * The service: API and worker in one process, or one of the two by {@code palimpsest.role}; with
 * {@code trainer RUN_FILE}, {@code export RUN_FILE}, {@code score RUN_FILE}, {@code spectra
 * RUN_FILE} or {@code complete RUN_FILE} as arguments, the process of one attempt, export, scoring
 * or comparison or of completions, with {@code sandbox} the process that runs what models write,
 * and nothing of Spring; with {@code migrate} a process that brings the database up to date, with
 * {@code backup FOLDER} or {@code restore FOLDER} a copy of it all.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class Palimpsest {
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 0 && arguments[0].equals("trainer")) {
            TrainerProcess.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("export")) {
            ExportProcess.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("score")) {
            ScoringProcess.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("spectra")) {
            SpectraProcess.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("complete")) {
            CompletionProcess.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("sandbox")) {
            SandboxProcess.main();
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("migrate")) {
            Migration.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("backup")) {
            BackupProcess.backup(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("restore")) {
            BackupProcess.restore(Arrays.copyOfRange(arguments, 1, arguments.length));
            return;
        }
        SpringApplication.run(Palimpsest.class, arguments);
    }
}
