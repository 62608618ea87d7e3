package dev.palimpsest.web;

/** The request is right, and its project may have no more; the message names the quota. */
public final class OverQuota extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OverQuota(String detail) {
        super(detail);
    }
}
