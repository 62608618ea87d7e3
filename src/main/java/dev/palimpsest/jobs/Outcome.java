package dev.palimpsest.jobs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an attempt ended. */
public sealed interface Outcome {
    /** The last step is done, its checkpoint saved and scored. */
    record Finished(long steps, long peakBytes) implements Outcome {}

    /**
     * The run broke: {@code reason} is one sentence for the job's owner, {@code detail} the
     * trainer's last lines. A fault of the machine may be tried again, a fault of the spec or its
     * data may not.
     */
    record Failed(String reason, String detail, boolean retryable) implements Outcome {}

    /** The device, its host or its JVM had too little memory, which it will have again. */
    record OutOfMemory(String reason, String detail) implements Outcome {}

    /** Its worker's disk had no room for what it had to write; another's may have, or it later. */
    record DiskFull(String reason, String detail) implements Outcome {}

    /** It ran for longer than its spec allows; its last step is saved. */
    record TimedOut(Duration limit) implements Outcome {}

    /** The owner asked for it. */
    record Cancelled() implements Outcome {}

    /**
     * The owner asked for it.
     *
     * @param reason why the state at its last step could not be saved, or null where it is
     */
    record Paused(@Nullable String reason) implements Outcome {}

    /** The worker is gone, and so is what it had not yet filed. */
    record Lost(String reason) implements Outcome {}

    /** The worker or its trainer stops in good order and gives the job back; no fault of anyone. */
    record HandedBack(String reason) implements Outcome {}

    default String word() {
        return switch (this) {
            case Finished _ -> "finished";
            case Failed _ -> "failed";
            case OutOfMemory _ -> "out_of_memory";
            case DiskFull _ -> "disk_full";
            case TimedOut _ -> "timed_out";
            case Cancelled _ -> "cancelled";
            case Paused _ -> "paused";
            case Lost _ -> "lost";
            case HandedBack _ -> "handed_back";
        };
    }
}
