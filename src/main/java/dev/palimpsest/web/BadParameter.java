package dev.palimpsest.web;

/** A query parameter that cannot be used, by its name. */
public final class BadParameter extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String name;

    public BadParameter(String name, String detail) {
        super(detail);
        this.name = name;
    }

    String name() {
        return name;
    }
}
