package dev.palimpsest.mlflow;

/** Tags that mean something here. */
final class RunTags {
    /** The run's name. */
    static final String NAME = "mlflow.runName";

    /** Who logs it. */
    static final String USER = "mlflow.user";

    /** What is trained elsewhere, as JSON: a job spec without its experiment, name and executor. */
    static final String SPEC = "palimpsest.spec";

    private RunTags() {}
}
