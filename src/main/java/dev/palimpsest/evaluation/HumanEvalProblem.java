package dev.palimpsest.evaluation;

/** A function to be completed, named as HumanEval's files name it, and the check of it. */
public record HumanEvalProblem(
        String taskId, String prompt, String entryPoint, String canonicalSolution, String test) {

    static HumanEvalProblem of(BenchmarkRow row) {
        return new HumanEvalProblem(
                row.text("task_id"),
                row.text("prompt"),
                row.text("entry_point"),
                row.text("canonical_solution"),
                row.text("test"));
    }

    /** The program runs to its end where the completion is right. */
    public GenerateAndRun.Item item(CodeProtocol protocol) {
        String asked = protocol.stripped() ? PythonText.strip(prompt) : prompt;
        return new GenerateAndRun.Item(asked, asked, "\n%s\ncheck(%s)".formatted(test, entryPoint));
    }
}
