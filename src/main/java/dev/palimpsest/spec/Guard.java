package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** A bound that a run is held to wherever it is measured, and what is done once it is broken. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Guard {
    /** What is done, the mildest first: of several at one step the last one counts. */
    enum Action {
        /** As when the owner pauses the job: it can resume, and is measured again further on. */
        PAUSE,
        /** The run ends there. */
        STOP,
        /** The run ends there, and its result is the checkpoint before the bound was broken. */
        GO_BACK
    }

    Action action();

    /** Its type, as a spec says it. */
    String word();

    /** How many points before the end of a run it takes to break the bound there. */
    int leastPoints();

    /** The source score has fallen too far below the base model's. */
    @JsonTypeName("forgetting")
    record Forgetting(double above, @Default("\"stop\"") Action action) implements Guard {
        public Forgetting {
            new Faults().between(above, 0.0, 1000.0, "/above").raise();
        }

        @Override
        public String word() {
            return "forgetting";
        }

        @Override
        public int leastPoints() {
            return 1;
        }
    }

    /**
     * The loss on the validation dataset was higher than the time before, so often in a row.
     *
     * @param rises 1 means the first rise
     */
    @JsonTypeName("validation_loss")
    record ValidationLoss(int rises, @Default("\"stop\"") Action action) implements Guard {
        public ValidationLoss {
            new Faults().between(rises, 1, 1000, "/rises").raise();
        }

        @Override
        public String word() {
            return "validation_loss";
        }

        @Override
        public int leastPoints() {
            return rises; // the base model is the first to be measured
        }
    }
}
