package dev.palimpsest.openai;

/** What files are for, of all that the hosted service has. */
final class Purpose {
    static final String FINE_TUNE = "fine-tune";
    static final String RESULTS = "fine-tune-results";

    private Purpose() {}
}
