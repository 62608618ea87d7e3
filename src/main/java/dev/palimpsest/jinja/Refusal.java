package dev.palimpsest.jinja;

/** Why a template can't be rendered, a clause that continues "the template …". */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String clause) {
        super(clause);
    }

    /** What the template itself said by {@code raise_exception}, or what went wrong in it. */
    public String clause() {
        return String.valueOf(getMessage());
    }
}
