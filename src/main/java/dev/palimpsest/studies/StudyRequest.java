package dev.palimpsest.studies;

import dev.palimpsest.analysis.RateRule;
import dev.palimpsest.analysis.ScoredBy;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A study as it was asked for; what is left out is as in the paper.
 *
 * @param template a job spec without what the study finds out or varies: experiment, length,
 *     learning rate and seed; its method, if it has one, is what all LoRA jobs have in common
 * @param full whether full finetuning is one of the methods
 * @param ladder the lengths, as a sweep takes them
 * @param targets other modules than the template's for some ranks
 * @param weightDecays of further full finetunings, as are {@code attentionDropouts} (paper, section
 *     4.5)
 * @param spectra whether the last checkpoints of the first seed are compared with the base model
 */
public record StudyRequest(
        @Nullable String name,
        JsonNode template,
        @Default("true") boolean full,
        @Default("[16, 64, 256]") List<Integer> ranks,
        @Default("{}") Rates rates,
        @Default("{\"kind\": \"runs\", \"epochs\": [1, 2, 4, 8]}") JsonNode ladder,
        @Default("{}") Targets targets,
        @Default("[]") List<Double> weightDecays,
        @Default("[]") List<Double> attentionDropouts,
        @Default("[1, 2, 3]") List<Integer> seeds,
        @Default("true") boolean spectra,
        @Default("{}") Budget budget) {
    private static final int LONGEST_NAME = 200;
    private static final int LARGEST_RANK = 65536;
    private static final List<String> CHOSEN =
            List.of("learning_rate", "epochs", "max_tokens", "max_steps", "seed");

    public StudyRequest {
        ranks = List.copyOf(ranks);
        weightDecays = List.copyOf(weightDecays);
        attentionDropouts = List.copyOf(attentionDropouts);
        seeds = List.copyOf(seeds);
        Faults faults = new Faults();
        faults.require(
                        name == null || (!name.isBlank() && name.length() <= LONGEST_NAME),
                        "/name",
                        "must have 1 to " + LONGEST_NAME + " characters")
                .require(template.isObject(), "/template", "must be a job spec")
                .require(
                        !template.has("experiment"),
                        "/template/experiment",
                        "is said by the path; leave it out")
                .require(
                        !template.at("/method/type").asString("lora").equals("full"),
                        "/template/method/type",
                        "is of the LoRA jobs; full finetuning is asked for by full")
                .require(
                        !template.path("method").has("rank"),
                        "/template/method/rank",
                        "is what the study varies: say ranks")
                .require(!seeds.isEmpty(), "/seeds", "must have at least one")
                .require(
                        full || !ranks.isEmpty(),
                        "/ranks",
                        "must have at least one where full is false")
                .require(
                        full || (weightDecays.isEmpty() && attentionDropouts.isEmpty()),
                        "/full",
                        "must be true where weight_decays or attention_dropouts are tried: they are of full finetuning");
        for (String field : CHOSEN)
            faults.require(
                    !template.path("training").has(field),
                    "/template/training/" + field,
                    field.equals("seed")
                            ? "is what the study varies: say seeds"
                            : field.equals("learning_rate")
                                    ? "is what the study finds out: say rates"
                                    : "is what the study varies: say ladder");
        for (int i = 0; i < ranks.size(); i++)
            faults.between(ranks.get(i), 1, LARGEST_RANK, "/ranks/" + i);
        different(faults, ranks, "/ranks");
        different(faults, seeds, "/seeds");
        different(faults, weightDecays, "/weight_decays");
        different(faults, attentionDropouts, "/attention_dropouts");
        for (int i = 0; i < targets.ranks().size(); i++)
            faults.require(
                    ranks.contains(targets.ranks().get(i)),
                    "/targets/ranks/" + i,
                    "must be one of ranks, whose rate it takes");
        faults.raise();
    }

    private static void different(Faults faults, List<?> values, String pointer) {
        faults.require(
                new HashSet<>(values).size() == values.size(),
                pointer,
                "must differ from each other");
    }

    /**
     * The learning rates to try, each with the first seed (paper, section 4.7 and appendix B).
     *
     * @param length of those runs, in the ladder's unit; the ladder's second if left out, as the
     *     paper swept at two epochs
     */
    record Rates(
            @Default("[1e-5, 2e-5, 5e-5, 1e-4, 2e-4]") List<Double> full,
            @Default("[5e-5, 1e-4, 2e-4, 5e-4, 1e-3]") List<Double> lora,
            @Nullable Double length,
            @Default("\"highest_stable\"") RateRule rule,
            @Default("\"primary\"") ScoredBy by) {
        Rates {
            full = List.copyOf(full);
            lora = List.copyOf(lora);
            Faults faults = new Faults();
            rates(faults, full, "/full");
            rates(faults, lora, "/lora");
            faults.require(length == null || length > 0, "/length", "must be above 0");
            faults.raise();
        }

        private static void rates(Faults faults, List<Double> rates, String pointer) {
            faults.require(!rates.isEmpty(), pointer, "must have at least one");
            for (int i = 0; i < rates.size(); i++)
                faults.require(
                        rates.get(i) > 0 && rates.get(i) <= 10,
                        pointer + "/" + i,
                        "must be above 0 and at most 10, got " + rates.get(i));
            different(faults, rates, pointer);
        }
    }

    /** Groups of modules beside the template's, at some of the ranks. */
    record Targets(
            @Default("[\"attention\", \"mlp\"]") List<JsonNode> modules,
            @Default("[]") List<Integer> ranks) {
        Targets {
            modules = List.copyOf(modules);
            ranks = List.copyOf(ranks);
            Faults faults = new Faults();
            different(faults, modules, "/modules");
            different(faults, ranks, "/ranks");
            faults.raise();
        }
    }

    /** What all jobs together may take; a part that is left out is not bounded. */
    record Budget(@Default("300") int jobs, @Nullable Long tokens, @Nullable Double seconds) {
        Budget {
            new Faults()
                    .between(jobs, 1, 2000, "/jobs")
                    .require(tokens == null || tokens > 0, "/tokens", "must be above 0")
                    .require(seconds == null || seconds > 0, "/seconds", "must be above 0")
                    .raise();
        }
    }
}
