package dev.palimpsest.evaluation;

/** A function to be completed, named as HumanEval's files name it, and the check of it. */
public record HumanEvalProblem(
        String taskId, String prompt, String entryPoint, String canonicalSolution, String test) {

    public String prompt(CodeProtocol protocol) {
        return protocol.stripped() ? prompt.strip() : prompt;
    }

    /** The program that runs to its end where the completion, cut at its stop, is right. */
    public String program(CodeProtocol protocol, String completion) {
        return "%s%s\n%s\ncheck(%s)"
                .formatted(prompt(protocol), protocol.cut(completion), test, entryPoint);
    }
}
