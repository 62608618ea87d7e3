package dev.palimpsest.jinja;

/**
 * How much work one rendering may do: an expression costs one, a text its length. What a template
 * holds in memory it has paid for, so the same bound holds for both.
 */
final class Budget {
    private static final long BASE = 20_000_000; // a tenth of a second or two
    private static final long EACH_INPUT_CHARACTER = 100;
    private static final int DEEPEST = 500; // far from what a thread's stack holds

    private long left;
    private int depth;

    Budget(long inputCharacters) {
        left = BASE + EACH_INPUT_CHARACTER * inputCharacters;
    }

    void spend(long work) {
        left -= work;
        if (left < 0 || work < 0)
            throw new Refusal(
                    "does far more work than what it is given calls for; it may loop without end");
    }

    /** A search for a text in a text, which at worst looks at each pair of characters. */
    void search(String text, String part) {
        spend(text.length() + (long) text.length() * part.length() / 64);
    }

    /** Calls within calls and values within values; a refusal ends all of them at once. */
    void enter() {
        if (++depth > DEEPEST) throw new Refusal("nests more than %d deep".formatted(DEEPEST));
    }

    void leave() {
        depth--;
    }
}
