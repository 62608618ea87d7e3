package dev.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.model.LanguageModel.Sampling;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a row of a dataset becomes an item of a mechanism, and how that judges. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
sealed interface ItemTemplate {
    int MOST_TOKENS = 16_384;

    Mechanism mechanism();

    /** {@link InvalidSpec} points to the template that does not suit the row. */
    Record item(BenchmarkRow row);

    /** Whether its items can be shown solved before another. */
    default boolean canBeShown() {
        return true;
    }

    /** Options after a context, of which {@code answer} is one, or its index from 0. */
    @JsonTypeName("multiple_choice")
    record Choice(
            RowTemplate context,
            RowTemplates options,
            RowTemplate answer,
            @Default("\"acc\"") String metric)
            implements ItemTemplate {
        public Choice {
            new Faults()
                    .require(
                            Rule.harness(metric).isPresent(),
                            "/metric",
                            "must be one of acc, acc_norm, acc_bytes")
                    .raise();
        }

        @Override
        public Mechanism mechanism() {
            return new MultipleChoice(Rule.harness(metric).orElseThrow());
        }

        @Override
        public MultipleChoice.Item item(BenchmarkRow row) {
            List<String> options = this.options.texts(row, "/options");
            return new MultipleChoice.Item(
                    context.text(row, "/context"), options, index(answer, row, options));
        }
    }

    /** One continuation after several contexts, of which {@code answer} is the index from 0. */
    @JsonTypeName("schema")
    record Contexts(RowTemplates contexts, RowTemplate continuation, RowTemplate answer)
            implements ItemTemplate {
        @Override
        public Mechanism mechanism() {
            return new Schema(Convention.LM_EVAL);
        }

        @Override
        public Schema.Item item(BenchmarkRow row) {
            List<String> contexts = this.contexts.texts(row, "/contexts");
            return new Schema.Item(
                    contexts,
                    filled(continuation, row, "/continuation"),
                    index(answer, row, contexts));
        }
    }

    /** A text to be foreseen, after a context or as a document's beginning. */
    @JsonTypeName("perplexity")
    record Text(@Nullable RowTemplate context, RowTemplate text) implements ItemTemplate {
        @Override
        public Mechanism mechanism() {
            return new Perplexity();
        }

        @Override
        public Perplexity.Item item(BenchmarkRow row) {
            return new Perplexity.Item(
                    context == null ? "" : context.text(row, "/context"),
                    filled(text, row, "/text"));
        }

        @Override
        public boolean canBeShown() {
            return false;
        }
    }

    /** A prompt, and the answer that filters must find in what is written after it. */
    @JsonTypeName("generate_and_match")
    record Match(
            RowTemplate prompt,
            RowTemplate answer,
            @Default("[\"\\n\"]") List<String> stops,
            @Default("256") int mostTokens,
            @Default("[{\"type\": \"whole\"}]") List<Filter> filters)
            implements ItemTemplate {
        public Match {
            stops = List.copyOf(stops);
            filters = List.copyOf(filters);
            Faults faults = new Faults();
            named(stops, faults);
            faults.between(mostTokens, 1, MOST_TOKENS, "/most_tokens");
            faults.require(!filters.isEmpty(), "/filters", "must be one at least");
            HashSet<String> metrics = new HashSet<>();
            for (int i = 0; i < filters.size(); i++)
                faults.require(
                        metrics.add(filters.get(i).metric()),
                        "/filters/%d/metric".formatted(i),
                        "is another filter's too; name each its own");
            faults.raise();
        }

        @Override
        public Mechanism mechanism() {
            return new GenerateAndMatch(stops, mostTokens, filters);
        }

        @Override
        public GenerateAndMatch.Item item(BenchmarkRow row) {
            return new GenerateAndMatch.Item(
                    filled(prompt, row, "/prompt"), filled(answer, row, "/answer"));
        }
    }

    /**
     * A prompt, and the program that what is written after it is part of.
     *
     * @param opening the program before it; the prompt, if left out
     * @param closing the program after it, with the tests
     * @param solution what would be right, for exemplars
     * @param fenced whether of an answer in a code fence, which the prompt may have opened, only
     *     the inside counts
     */
    @JsonTypeName("generate_and_run")
    record Program(
            RowTemplate prompt,
            @Nullable RowTemplate opening,
            RowTemplate closing,
            @Nullable RowTemplate solution,
            @Default("[]") List<String> stops,
            @Default("1") int samples,
            @Default("0") double temperature,
            @Default("1") double topP,
            @Default("0") int topK,
            @Default("512") int mostTokens,
            @Default("false") boolean fenced)
            implements ItemTemplate {
        private static final int MOST_SAMPLES = 1000;

        public Program {
            stops = List.copyOf(stops);
            Faults faults = new Faults();
            named(stops, faults);
            faults.between(samples, 1, MOST_SAMPLES, "/samples")
                    .between(temperature, 0.0, 10.0, "/temperature")
                    .require(topP > 0 && topP <= 1, "/top_p", "must be above 0 and at most 1")
                    .between(topK, 0, 1 << 30, "/top_k")
                    .between(mostTokens, 1, MOST_TOKENS, "/most_tokens")
                    .require(
                            samples == 1 || temperature > 0,
                            "/temperature",
                            "must be above 0 for several samples, which would be equal")
                    .raise();
        }

        @Override
        public Mechanism mechanism() {
            return new GenerateAndRun(
                    new CodeProtocol(
                            false,
                            stops,
                            samples,
                            new Sampling(temperature, topP, topK, mostTokens),
                            false,
                            fenced));
        }

        @Override
        public GenerateAndRun.Item item(BenchmarkRow row) {
            String asked = filled(prompt, row, "/prompt");
            return new GenerateAndRun.Item(
                    "",
                    asked,
                    opening == null ? asked : opening.text(row, "/opening"),
                    closing.text(row, "/closing"),
                    solution == null ? "" : solution.text(row, "/solution"));
        }

        @Override
        public boolean canBeShown() {
            return solution != null;
        }
    }

    private static void named(List<String> stops, Faults faults) {
        for (int i = 0; i < stops.size(); i++)
            faults.require(!stops.get(i).isEmpty(), "/stops/" + i, "must not be empty");
    }

    private static String filled(RowTemplate template, BenchmarkRow row, String pointer) {
        String text = template.text(row, pointer);
        if (text.isEmpty()) throw new InvalidSpec(pointer, "gives an empty text");
        return text;
    }

    /** A text that is an option is that option, even if it is a number too. */
    private static int index(RowTemplate answer, BenchmarkRow row, List<String> options) {
        Object value = answer.value(row, "/answer");
        long index =
                switch (value) {
                    case Long number -> number;
                    case Boolean second -> second ? 1 : 0;
                    case String text when options.contains(text) -> options.indexOf(text);
                    case String text when text.strip().matches("[0-9]{1,9}") ->
                            Long.parseLong(text.strip());
                    default -> -1;
                };
        if (index < 0 || index >= options.size())
            throw new InvalidSpec(
                    "/answer",
                    "gives %s, which is neither one of the %d options nor an index from 0 to %d"
                            .formatted(shown(value), options.size(), options.size() - 1));
        return (int) index;
    }

    private static String shown(Object value) {
        if (!(value instanceof String || value instanceof Number)) return "no text";
        String text = value.toString();
        return "'%s'".formatted(text.length() <= 60 ? text : text.substring(0, 60) + "…");
    }
}
