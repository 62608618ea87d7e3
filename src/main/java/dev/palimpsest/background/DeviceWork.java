package dev.palimpsest.background;

/** Work that takes a worker's device, and so waits among jobs: a worker does one at a time. */
public interface DeviceWork extends Work {
    /** Gives back what it keeps of the device between pieces; comes before other work begins. */
    default void letGo() throws InterruptedException {}
}
