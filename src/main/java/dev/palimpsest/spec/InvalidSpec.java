package dev.palimpsest.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A request that cannot be done as it stands: every fault at once, each with its JSON pointer. */
public final class InvalidSpec extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Fault> faults;

    public InvalidSpec(List<Fault> faults) {
        super(
                faults.stream()
                        .map(fault -> fault.pointer() + " " + fault.detail())
                        .collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    public InvalidSpec(String pointer, String detail) {
        this(List.of(new Fault(pointer, detail)));
    }

    public List<Fault> faults() {
        return faults;
    }
}
