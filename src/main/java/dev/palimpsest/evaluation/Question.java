package dev.palimpsest.evaluation;

/** An item that can be asked after others, and that can be shown solved before others. */
sealed interface Question
        permits MultipleChoice.Item, Schema.Item, GenerateAndMatch.Item, GenerateAndRun.Item {
    /** The item with its right answer. */
    String solved();

    /** The item with a text before it. */
    Question after(String exemplars);
}
