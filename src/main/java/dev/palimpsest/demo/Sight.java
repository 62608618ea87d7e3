package dev.palimpsest.demo;

import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A job at a glance; loss and speed are NaN until the first step is done. */
record Sight(String name, String status, long step, long totalSteps, double loss, double speed) {
    /** From the job and the newest point of each of its metrics. */
    static Sight of(JsonNode job, JsonNode keys) {
        JsonNode progress = job.path("progress");
        return new Sight(
                job.path("name").asString(""),
                job.path("status").asString(""),
                progress.path("step").asLong(0),
                progress.path("total_steps").asLong(0),
                newest(keys, "train/loss"),
                newest(keys, "train/tokens_per_second"));
    }

    boolean running() {
        return status.equals("running");
    }

    boolean ended() {
        return !running() && !status.equals("queued");
    }

    /** What it is doing in a few words. */
    String doing() {
        if (Double.isNaN(loss)) return running() ? "starting" : status;
        return String.format(
                Locale.ROOT,
                "loss %.3f, %,.0f tokens/s%s",
                loss,
                speed,
                running() ? "" : ", " + status);
    }

    private static double newest(JsonNode keys, String key) {
        for (JsonNode latest : keys.path("data"))
            if (latest.path("key").asString("").equals(key))
                return latest.path("last").path("value").asDouble(Double.NaN);
        return Double.NaN;
    }
}
