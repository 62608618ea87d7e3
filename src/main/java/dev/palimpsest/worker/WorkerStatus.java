package dev.palimpsest.worker;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a worker does, as far as it was heard of lately. */
enum WorkerStatus {
    @JsonProperty("idle")
    IDLE,
    @JsonProperty("busy")
    BUSY,
    @JsonProperty("lost")
    LOST
}
