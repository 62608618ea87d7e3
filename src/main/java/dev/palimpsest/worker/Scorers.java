package dev.palimpsest.worker;

import dev.palimpsest.trainer.TrainerEvent;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Starts the processes of scorings, as this worker starts trainers. */
@Component
public class Scorers {
    private final TrainerCommand command;
    private final Device device;

    Scorers(WorkerSettings settings) {
        this.command =
                TrainerCommand.ofThisProcess("score", settings.heap(), settings.trainerThreads());
        this.device = Device.of(settings);
    }

    public String device() {
        return device.kind();
    }

    public int threads() {
        return device.threads();
    }

    /** Scores of another engine are other scores. */
    public String engine(boolean bf16) {
        return Engine.of(device.kind(), bf16);
    }

    public Answering<TrainerEvent.ScoringAnswer> start(Path folder, Path runFile) {
        return new Answering<>(
                RunningTrainer.start(command, folder, runFile),
                TrainerEvent.ScoringAnswer.class,
                "the scoring",
                "it needs room for the model and for what it reads");
    }
}
