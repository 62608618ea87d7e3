package dev.palimpsest.spec;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that all of it can be said at once. */
public final class Faults {
    private final List<Fault> found = new ArrayList<>();

    @CanIgnoreReturnValue
    public Faults require(boolean right, String pointer, String detail) {
        return right ? this : refuse(pointer, detail);
    }

    /** For details that take longer to put into words than all else takes to check. */
    @CanIgnoreReturnValue
    public Faults refuse(String pointer, String detail) {
        found.add(new Fault(pointer, detail));
        return this;
    }

    @CanIgnoreReturnValue
    public Faults between(long value, long least, long most, String pointer) {
        if (value < least || value > most)
            refuse(pointer, "must be between %d and %d, got %d".formatted(least, most, value));
        return this;
    }

    @CanIgnoreReturnValue
    public Faults between(double value, double least, double most, String pointer) {
        if (!(value >= least && value <= most))
            refuse(pointer, "must be between %s and %s, got %s".formatted(least, most, value));
        return this;
    }

    void add(Fault fault) {
        found.add(fault);
    }

    List<Fault> found() {
        return found;
    }

    /** Throws {@link InvalidSpec} with everything found, if anything was. */
    public void raise() {
        if (!found.isEmpty()) throw new InvalidSpec(found);
    }
}
