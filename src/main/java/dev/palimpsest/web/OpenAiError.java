package dev.palimpsest.web;

import dev.palimpsest.spec.Fault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What clients of the OpenAI API read of a problem; they look nowhere else in the body.
 *
 * @param param the first faulty field, such as {@code method.type}
 */
record OpenAiError(String message, String type, @Nullable String param, String code) {
    static OpenAiError of(Problem problem, String detail, List<Fault> errors) {
        boolean ours = problem.status().is5xxServerError();
        String first = errors.isEmpty() ? "" : errors.getFirst().pointer();
        return new OpenAiError(
                message(detail, errors),
                ours ? "server_error" : "invalid_request_error",
                first.isEmpty() ? null : first.substring(1).replace('/', '.'),
                problem.word());
    }

    /** All faults in one sentence, as there is no place for a list. */
    private static String message(String detail, List<Fault> errors) {
        if (errors.size() < 2) return detail;
        StringBuilder all = new StringBuilder();
        for (Fault error : errors)
            all.append(all.isEmpty() ? "" : "; ")
                    .append(error.pointer())
                    .append(' ')
                    .append(error.detail());
        return all.toString();
    }
}
