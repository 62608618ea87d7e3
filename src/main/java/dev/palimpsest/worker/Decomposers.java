package dev.palimpsest.worker;

import dev.palimpsest.trainer.TrainerEvent;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Starts the processes that compare checkpoints with their base models, as it starts trainers. */
@Component
public class Decomposers {
    private final TrainerCommand command;
    private final Device device;

    Decomposers(WorkerSettings settings) {
        this.command = TrainerCommand.ofThisProcess("spectra", settings.heap(), 1);
        this.device = Device.of(settings);
    }

    public String device() {
        return device.kind();
    }

    public int threads() {
        return device.threads();
    }

    public Answering<TrainerEvent.Decomposed> start(Path folder, Path runFile) {
        return new Answering<>(
                RunningTrainer.start(command, folder, runFile),
                TrainerEvent.Decomposed.class,
                "the comparison",
                "it needs room for a few of the largest matrices in fp64");
    }
}
