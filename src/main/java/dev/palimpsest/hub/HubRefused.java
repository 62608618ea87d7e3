package dev.palimpsest.hub;

/** What the hub will not give however often it is asked; the message names the next step. */
public final class HubRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    HubRefused(String message) {
        super(message);
    }
}
