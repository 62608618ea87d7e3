package dev.palimpsest.evaluation;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program to be written, named as MBPP sanitized's file names it, and the assertions on it. */
public record MbppProblem(
        int taskId, String prompt, String code, List<String> testImports, List<String> testList) {

    /** The program that runs to its end where the code is right. */
    public String program(String code) {
        return Stream.of(List.of(code), testImports, testList)
                .flatMap(List::stream)
                .collect(Collectors.joining("\n"));
    }
}
