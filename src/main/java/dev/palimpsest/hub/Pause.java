package dev.palimpsest.hub;

import java.time.Duration;

/** Lets time pass. */
interface Pause {
    Pause REAL = Thread::sleep;

    void of(Duration span) throws InterruptedException;
}
