package dev.palimpsest.openai;

import dev.palimpsest.events.JobEvent;
import dev.palimpsest.spec.Binder;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Something that happened to a job, or what was measured at a step of it. */
record FineTuningEvent(
        String id,
        String object,
        long createdAt,
        String level,
        String message,
        String type,
        JsonNode data) {

    /** An event and its place in time; its id says which, and stays the same. */
    record Placed(Instant at, boolean measured, long number, FineTuningEvent event) {
        /** What was measured at a moment comes before what happened then. */
        static final Comparator<Placed> NEWEST_FIRST =
                Comparator.comparing(Placed::at)
                        .thenComparing(placed -> !placed.measured())
                        .thenComparingLong(Placed::number)
                        .reversed();

        static Placed of(JobEvent event) {
            long number = Long.parseLong(event.id());
            return new Placed(
                    event.at(), false, number, of("message-" + number, event.at(), event));
        }

        static Placed measured(
                long step, Instant at, @Nullable Double trainLoss, @Nullable Double validLoss) {
            ObjectNode data = Binder.JSON.createObjectNode().put("step", step);
            data.put("train_loss", trainLoss);
            if (validLoss != null) data.put("valid_loss", validLoss);
            String loss =
                    trainLoss == null
                            ? "is no number"
                            : String.format(Locale.ROOT, "%.4f", trainLoss);
            return new Placed(
                    at,
                    true,
                    step,
                    new FineTuningEvent(
                            "ftevent-metrics-" + step,
                            "fine_tuning.job.event",
                            at.getEpochSecond(),
                            trainLoss == null ? "warn" : "info",
                            "Step %d: training loss %s".formatted(step, loss),
                            "metrics",
                            data));
        }

        private static FineTuningEvent of(String id, Instant at, JobEvent event) {
            return new FineTuningEvent(
                    "ftevent-" + id,
                    "fine_tuning.job.event",
                    at.getEpochSecond(),
                    switch (event.type()) {
                        case "failed" -> "error";
                        case "diverged", "went_back", "guarded" -> "warn";
                        default -> "info";
                    },
                    said(event),
                    "message",
                    event.data());
        }

        private static String said(JobEvent event) {
            JsonNode data = event.data();
            String step = data.path("step").asString("?");
            return switch (event.type()) {
                case "queued" -> "The job is queued";
                case "running" ->
                        "The job is running, attempt " + data.path("attempt").asString("1");
                case "paused" -> "The job is paused";
                case "succeeded" -> "The job has succeeded; the fine-tuned model is there";
                case "failed" -> "The job has failed: " + data.path("reason").asString("");
                case "cancelled" -> "The job is cancelled";
                case "pause_requested" -> "The job is asked to pause";
                case "yield_requested" -> "The job is asked to save and wait";
                case "cancel_requested" -> "The job is asked to end";
                case "checkpoint_saved" -> "Checkpoint saved at step " + step;
                case "evaluated" ->
                        "Task %s scored at step %s".formatted(data.path("task").asString(""), step);
                case "diverged" -> "The loss has lost its way after step " + step;
                case "went_back" -> "The job went back to step " + step;
                case "guarded" -> data.path("words").asString("A guard of the job has acted");
                default -> event.type().replace('_', ' ');
            };
        }
    }
}
