package dev.palimpsest.egress;

import java.io.IOException;

/** An address that the service does not connect to; the message says which and why. */
public final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
        super(message);
    }
}
