package dev.palimpsest.catalog;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset's file as it came.
 *
 * @param file its name in the folder of the import
 * @param origin what it is called in a fault, null for one that is alone
 */
record Sent(String file, @Nullable String origin) {
    /** The one that was uploaded. */
    static final Sent ALONE = new Sent("upload", null);

    /** Something done with the file that finds what is wrong with it. */
    interface Reading<R> {
        R done() throws IOException;
    }

    /** A fault of one file among several says of which. */
    <R> R naming(Reading<R> reading) throws IOException {
        try {
            return reading.done();
        } catch (InvalidData reason) {
            throw refused(List.of(new Fault("/file", String.valueOf(reason.getMessage()))));
        } catch (InvalidSpec refused) {
            throw refused(refused.faults());
        }
    }

    private InvalidSpec refused(List<Fault> faults) {
        if (origin == null) return new InvalidSpec(faults);
        return new InvalidSpec(
                faults.stream()
                        .map(its -> new Fault(its.pointer(), origin + ": " + its.detail()))
                        .toList());
    }
}
