package dev.palimpsest.worker;

import dev.palimpsest.home.CannotStart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a worker does with its device.
 *
 * @param id what it is called; left out, a name is made once and kept in the home folder
 * @param device what it owns: {@code cpu}, {@code cuda:N}, or {@code auto}, which is the first CUDA
 *     device, or the processor where there is none
 * @param deviceClass what jobs ask for as {@code resources.device_class}; left out, {@code cpu} or
 *     {@code cuda}
 * @param labels what else jobs may ask for: {@code gpu=h200,zone=a}
 * @param slots how many jobs it runs at a time, where their planned memory fits its device
 * @param threads processor threads of a trainer, however many run; 0 stands for the machine's,
 *     divided by the slots
 * @param heap the most heap of a trainer's JVM; weights and activations lie outside of it
 * @param heartbeat how often it says that it is alive
 * @param grace how long a trainer that was asked to stop may take
 * @param leastRoom on the disk of the home folder, with less of which it takes nothing
 */
@ConfigurationProperties("palimpsest.worker")
record WorkerSettings(
        @Nullable String id,
        @DefaultValue("auto") String device,
        @Nullable String deviceClass,
        @DefaultValue("") String labels,
        @DefaultValue("1") int slots,
        @DefaultValue("0") int threads,
        @DefaultValue("512MB") DataSize heap,
        @DefaultValue("5s") Duration heartbeat,
        @DefaultValue("15s") Duration grace,
        @DefaultValue("256MB") DataSize leastRoom) {
    private static final int MISSED_HEARTBEATS = 5;
    private static final int MOST_SLOTS = 64;

    WorkerSettings {
        if (slots < 1 || slots > MOST_SLOTS)
            throw new CannotStart(
                    "palimpsest.worker.slots must be between 1 and %d, got %d"
                            .formatted(MOST_SLOTS, slots));
    }

    /** After which it counts as lost. */
    Duration mostSilence() {
        return heartbeat.multipliedBy(MISSED_HEARTBEATS);
    }

    int trainerThreads() {
        if (threads > 0) return threads;
        return Math.max(1, Runtime.getRuntime().availableProcessors() / slots);
    }
}
