package dev.palimpsest.jobs;

import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Method;
import dev.palimpsest.spec.Precision;
import java.util.ArrayList;
import java.util.List;

/** What of a spec could be changed so that its run takes less memory. */
final class Thrift {
    private Thrift() {}

    /** One sentence that names the fields; the cheapest change comes first. */
    static String of(JobSpec spec) {
        List<String> changes = new ArrayList<>();
        Integer rows = spec.training().microBatchSize();
        if (rows == null || rows > 1) changes.add("a smaller training.micro_batch_size");
        if (!spec.training().activationCheckpointing())
            changes.add("training.activation_checkpointing");
        changes.add("a shorter training.sequence_length");
        if (spec.training().precision() == Precision.FP32) changes.add("training.precision bf16");
        if (spec.method() instanceof Method.Full) changes.add("the method lora");
        changes.add("a device with more memory, by resources.device_class");
        return "It would take less with "
                + String.join(", ", changes.subList(0, changes.size() - 1))
                + "; or give it "
                + changes.getLast()
                + ".";
    }
}
