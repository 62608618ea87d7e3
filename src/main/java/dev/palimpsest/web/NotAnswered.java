package dev.palimpsest.web;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The request is right, and nobody could answer it now; the message says why and what next. */
public final class NotAnswered extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Problem problem;
    private final @Nullable Duration retryAfter;

    private NotAnswered(Problem problem, String detail, @Nullable Duration retryAfter) {
        super(detail);
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** There is too much to do already; it is worth trying again. */
    public static NotAnswered busy(String detail, Duration retryAfter) {
        return new NotAnswered(Problem.TOO_MANY_REQUESTS, detail, retryAfter);
    }

    /** Who would have answered is not there. */
    public static NotAnswered unavailable(String detail) {
        return new NotAnswered(Problem.UNAVAILABLE, detail, null);
    }

    /** The answer takes too long. */
    public static NotAnswered late(String detail) {
        return new NotAnswered(Problem.LATE, detail, null);
    }

    Problem problem() {
        return problem;
    }

    @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** What clients of the OpenAI API read of it, where an answer has begun already. */
    public Object openAiError() {
        return OpenAiError.of(problem, String.valueOf(getMessage()), List.of());
    }
}
