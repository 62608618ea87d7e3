package dev.palimpsest.worker;

import dev.palimpsest.trainer.TrainerEvent;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Starts the processes that write completions, as this worker starts trainers. */
@Component
public class Writers {
    private final TrainerCommand command;
    private final Device device;

    Writers(WorkerSettings settings) {
        this.command =
                TrainerCommand.ofThisProcess(
                        "complete", settings.heap(), settings.trainerThreads());
        this.device = Device.of(settings);
    }

    public String device() {
        return device.kind();
    }

    public int threads() {
        return device.threads();
    }

    /** One that loads a model and then waits for what it is to write. */
    public Answering<TrainerEvent.CompletionAnswer> start(Path folder, Path runFile) {
        return new Answering<>(
                RunningTrainer.start(command, folder, runFile),
                TrainerEvent.CompletionAnswer.class,
                "the process that writes",
                "it needs room for the model and for what it reads");
    }
}
