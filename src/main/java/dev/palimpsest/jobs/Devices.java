package dev.palimpsest.jobs;

import java.util.Optional;

/** Implemented by the module that knows the workers. */
public interface Devices {
    /**
     * The memory of the largest devices, in bytes, 0 where there is none.
     *
     * @param processor whose memory is the host's
     */
    record Room(long processor, long accelerator) {
        public long largest() {
            return Math.max(processor, accelerator);
        }
    }

    /** What was heard of, if any device was. */
    Optional<Room> room();
}
