package dev.palimpsest.web;

import dev.palimpsest.spec.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The thing asked for is not there; the message names it and the next step. */
public final class NotFound extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final @Nullable String pointer;

    public NotFound(String detail) {
        this(detail, null);
    }

    /** The same of what a field of the body names. */
    public NotFound(String detail, @Nullable String pointer) {
        super(detail);
        this.pointer = pointer;
    }

    List<Fault> faults() {
        return pointer == null
                ? List.of()
                : List.of(new Fault(pointer, String.valueOf(getMessage())));
    }
}
