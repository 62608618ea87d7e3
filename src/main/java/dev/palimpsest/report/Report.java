package dev.palimpsest.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a report's page shows, in its order; texts and numbers are as they are to be read.
 *
 * @param rule by which the advice is made
 * @param comparisons how many intervals the verdicts rest on
 * @param open what was not measured or not run, each once
 */
record Report(
        Setup setup,
        String rule,
        List<Advised> advice,
        String comparisons,
        List<Judged> verdicts,
        List<Picture> figures,
        List<Table> tables,
        List<String> open,
        List<Source> sweeps,
        List<Source> jobs) {
    /** What was compared, and with which versions of everything. */
    record Setup(
            String id,
            String name,
            @Nullable String description,
            List<Fact> facts,
            List<Fact> tasks,
            List<Fact> datasets) {}

    /** One line of a setup. */
    record Fact(String name, String value) {}

    /** A part of the recommendation. */
    record Advised(
            String part,
            String value,
            String sentence,
            String paper,
            List<String> open,
            Table support,
            List<Source> next) {}

    /**
     * A claim and its verdict.
     *
     * @param mark the verdict as a word of the style sheet
     */
    record Judged(
            String claim,
            String mark,
            String sentence,
            String rule,
            @Nullable String together,
            List<String> parts,
            List<String> jobs,
            List<Source> next) {}

    /**
     * A figure.
     *
     * @param svg one element
     * @param data the same as a data URI
     */
    record Picture(String title, String caption, String svg, String data) {}

    /** A table; the first column says what a row is about. */
    record Table(String title, String caption, List<String> head, List<List<String>> rows) {}

    /** A request that makes it again. */
    record Source(String title, String call, String body) {}
}
