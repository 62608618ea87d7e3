package dev.palimpsest.sandbox;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A problem with its solution and the assertions on it, as a line of MBPP sanitized has it. */
record MbppProblem(
        int taskId, String prompt, String code, List<String> testImports, List<String> testList) {

    /** The program that runs to its end where the code is right. */
    String program(String code) {
        return Stream.of(List.of(code), testImports, testList)
                .flatMap(List::stream)
                .collect(Collectors.joining("\n"));
    }
}
