package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeProtocolTests {
    private static final HumanEvalProblem PROBLEM =
            new HumanEvalProblem(
                    "HumanEval/x",
                    "\n\ndef one():\n    \"\"\"One.\"\"\"\n",
                    "one",
                    "    return 1\n",
                    "def check(candidate):\n    assert candidate() == 1\n");

    @Test
    void aCompletionEndsAtItsEarliestStop() {
        String completion = "    return 1\n\n@cache\ndef two():\n    return 2\n# and\nclass A:";

        assertThat(CodeProtocol.PAPER.cut(completion)).isEqualTo("    return 1\n");
        assertThat(CodeProtocol.HARNESS.cut(completion)).isEqualTo("    return 1\n\n@cache");
        assertThat(CodeProtocol.PAPER.cut("    if x:\n        print(x)"))
                .isEqualTo("    if x:\n        print(x)");
    }

    @Test
    void thePapersPromptIsStrippedAndTheHarnesssIsNot() {
        assertThat(PROBLEM.prompt(CodeProtocol.PAPER))
                .isEqualTo("def one():\n    \"\"\"One.\"\"\"");
        assertThat(PROBLEM.prompt(CodeProtocol.HARNESS)).isEqualTo(PROBLEM.prompt());
    }

    @Test
    void aProgramIsPromptCompletionTestAndCheck() {
        assertThat(PROBLEM.program(CodeProtocol.PAPER, "\n    return 1\nprint(one())"))
                .isEqualTo(
                        """
                        def one():
                            \"""One.\"""
                            return 1
                        def check(candidate):
                            assert candidate() == 1

                        check(one)""");
    }

    @Test
    void anMbppProgramIsCodeImportsAndAssertions() {
        MbppProblem problem =
                new MbppProblem(
                        1,
                        "Write a function …",
                        "",
                        List.of("import math"),
                        List.of("assert one() == 1", "assert math.isclose(one(), 1)"));

        assertThat(problem.program("def one():\n  return 1"))
                .isEqualTo(
                        """
                        def one():
                          return 1
                        import math
                        assert one() == 1
                        assert math.isclose(one(), 1)""");
    }
}
