package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.spec.Binder;
import java.util.List;
import java.util.stream.Stream;
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

        assertThat(CodeProtocol.PAPER.completion(completion)).isEqualTo("    return 1\n");
        assertThat(CodeProtocol.HARNESS.completion(completion)).isEqualTo("    return 1\n\n@cache");
        assertThat(CodeProtocol.PAPER.completion("    if x:\n        print(x)"))
                .isEqualTo("    if x:\n        print(x)");
    }

    @Test
    void ofMbppOnlyTheFirstFencedBlockCountsIfThereIsOne() {
        assertThat(CodeProtocol.MBPP.completion("x = 1\n[DONE]\nx = 2")).isEqualTo("x = 1\n");
        assertThat(CodeProtocol.MBPP.completion("python\nx = 1\n```\nIt is one."))
                .isEqualTo("x = 1");
    }

    @Test
    void thePapersPromptIsStrippedAndTheHarnesssIsNot() {
        assertThat(PROBLEM.item(CodeProtocol.PAPER).prompt())
                .isEqualTo("def one():\n    \"\"\"One.\"\"\"");
        assertThat(PROBLEM.item(CodeProtocol.HARNESS).prompt()).isEqualTo(PROBLEM.prompt());
    }

    @Test
    void aProgramIsPromptCompletionTestAndCheck() {
        assertThat(PROBLEM.item(CodeProtocol.PAPER).program("\n    return 1"))
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
    void mbppAsksItsProblems11To510AfterThreeSolvedOnes() {
        List<BenchmarkRow> rows =
                Stream.of(1, 2, 3, 4, 10, 11, 510, 511).map(CodeProtocolTests::mbpp).toList();

        List<GenerateAndRun.Item> items = Mbpp.items(rows);

        assertThat(items).hasSize(2);
        assertThat(items.getFirst().asked())
                .isEqualTo(
                        shown(2)
                                + "return 2\n[DONE]\n\n"
                                + shown(3)
                                + "return 3\n[DONE]\n\n"
                                + shown(4)
                                + "return 4\n[DONE]\n\n"
                                + shown(11));
        assertThat(items.getFirst().program("return 11"))
                .isEqualTo(
                        """
                        from __future__ import annotations
                        return 11
                        assert 11
                        assert 2
                        assert 3""");
        assertThat(items.getLast().asked()).endsWith(shown(510));
    }

    private static BenchmarkRow mbpp(int id) {
        return new BenchmarkRow(
                Binder.JSON.readTree(
                        """
                        {"task_id": %1$d, "text": "Give %1$d.", "code": "return %1$d",
                         "test_list": ["assert %1$d", "assert 2", "assert 3"]}"""
                                .formatted(id)));
    }

    private static String shown(int id) {
        return """
        You are an expert Python programmer, and here is your task: Give %1$d. Your code should pass these tests:

        assert %1$d
        assert 2
        assert 3
        [BEGIN]
        """
                .formatted(id);
    }
}
