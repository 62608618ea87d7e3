package dev.palimpsest.worker;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Starts the processes of exports, as this worker starts trainers. */
@Component
public class Exporters {
    private final TrainerCommand command;
    private final WorkerSettings settings;

    Exporters(WorkerSettings settings) {
        this.settings = settings;
        this.command =
                TrainerCommand.ofThisProcess("export", settings.heap(), settings.trainerThreads());
    }

    /** Processor threads of one export. */
    public int threads() {
        return settings.trainerThreads();
    }

    public RunningExport start(Path folder, Path runFile) throws IOException {
        return new RunningExport(command.in(folder, runFile).start());
    }
}
