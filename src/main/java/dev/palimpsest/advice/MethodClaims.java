package dev.palimpsest.advice;

import dev.palimpsest.advice.Condition.Field;
import dev.palimpsest.advice.Contrast.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is said of LoRA beside full finetuning (paper, sections 4.1 to 4.3 and 4.5). */
record MethodClaims(Evidence evidence, NextRuns next) {
    private static final String NO_PAIR =
            "there is no full finetuning and LoRA that are alike but for the method";

    List<Claim> all() {
        List<Evidence.Match> matches = matches();
        return List.of(
                apart(Statement.LEARNS_LESS, matches, Measured.LEARNING, true, evidence.unit()),
                apart(Statement.FORGETS_LESS, matches, Measured.FORGETTING, true, evidence.unit()),
                atEqualLearning(),
                apart(Statement.DIVERSITY, matches, Measured.DISTINCT, false, "texts"),
                baseDiversity(),
                regularised(Statement.STRONGER_THAN_DECAY, Field.WEIGHT_DECAY),
                regularised(Statement.STRONGER_THAN_DROPOUT, Field.ATTENTION_DROPOUT));
    }

    /** Alike in all of the recipe, or else where that leaves nothing, in length alone. */
    private List<Evidence.Match> matches() {
        List<Evidence.Match> alike = evidence.matches();
        return alike.isEmpty() ? evidence.matches(Field.REST) : alike;
    }

    private Claim apart(
            Statement statement,
            List<Evidence.Match> matches,
            Measured measured,
            boolean fullFirst,
            String unit) {
        List<Block> blocks = new ArrayList<>();
        Map<Integer, List<Block>> byRank = new TreeMap<>();
        for (Evidence.Match match : matches) {
            for (Tuned full : match.full()) {
                blocks.add(block(List.of(full), List.copyOf(match.lora().values()), fullFirst));
                match.lora()
                        .forEach(
                                (rank, lora) ->
                                        byRank.computeIfAbsent(rank, _ -> new ArrayList<>())
                                                .add(
                                                        block(
                                                                List.of(full),
                                                                List.of(lora),
                                                                fullFirst)));
            }
        }
        List<Claim.Part> parts = new ArrayList<>();
        byRank.forEach(
                (rank, its) ->
                        new Contrast(its)
                                .in(measured)
                                .ifPresent(
                                        difference ->
                                                parts.add(
                                                        new Claim.Part(
                                                                "r = " + rank, difference))));
        Optional<Difference> difference = new Contrast(blocks).in(measured);
        return Claim.ofSign(
                statement,
                difference,
                unit,
                missing(blocks, measured),
                parts,
                difference.isPresent() && difference.get().seeds() > 2
                        ? List.of()
                        : more(measured));
    }

    private static Block block(List<Tuned> full, List<Tuned> lora, boolean fullFirst) {
        return fullFirst ? Block.difference(full, lora) : Block.difference(lora, full);
    }

    private static String missing(List<Block> blocks, Measured measured) {
        if (blocks.isEmpty()) return NO_PAIR;
        return switch (measured) {
            case DISTINCT, DISTINCT_LOST -> "no task was asked for several samples of each problem";
            case FORGETTING -> "no pair of runs has its forgetting measured";
            case LEARNING, BASE_LEARNING -> NO_PAIR;
        };
    }

    private List<NextRun> more(Measured measured) {
        if (measured == Measured.DISTINCT)
            return List.of(
                    NextRun.of(
                            "score base model, full finetuning and LoRA on a task that generates and runs code, with several"
                                    + " samples a problem"));
        Optional<Tuned> lora = Evidence.most(evidence.lora());
        Optional<Tuned> full = Evidence.most(evidence.full());
        if (lora.isPresent() && full.isEmpty()) return List.of(fullAlike(lora.get()));
        if (full.isPresent() && lora.isEmpty()) return List.of(loraAlike(full.get()));
        List<Tuned> both = new ArrayList<>();
        full.ifPresent(both::add);
        lora.ifPresent(both::add);
        return next.seeds(both);
    }

    /** Around a tenth of LoRA's rate, where the paper has the best one of full finetuning. */
    NextRun fullAlike(Tuned lora) {
        return next.sweep(
                "run full finetuning that is alike but for the method",
                lora,
                Map.of(
                        "method",
                        List.of(Map.of("type", "full")),
                        "training.learning_rate",
                        List.of(lora.rate() / 30, lora.rate() / 10, lora.rate() / 3),
                        "training.seed",
                        List.copyOf(lora.bySeed().keySet())));
    }

    /** Around ten times the rate of full finetuning. */
    NextRun loraAlike(Tuned full) {
        return next.sweep(
                "run LoRA that is alike but for the method",
                full,
                Map.of(
                        "method",
                        List.of(lora(16), lora(64)),
                        "training.learning_rate",
                        List.of(full.rate() * 3, full.rate() * 10, full.rate() * 30),
                        "training.seed",
                        List.copyOf(full.bySeed().keySet())));
    }

    private static Map<String, Object> lora(int rank) {
        return Map.of("type", "lora", "rank", rank, "alpha", 2 * rank);
    }

    private Claim atEqualLearning() {
        EqualLearning equal = EqualLearning.of(evidence);
        return Claim.ofSign(
                Statement.FORGETS_LESS_AT_EQUAL_LEARNING,
                equal.overall(),
                evidence.unit(),
                "no two runs that are alike but for method and length both learned anything",
                equal.ranks().stream()
                        .map(rank -> new Claim.Part("r = " + rank.rank(), rank.difference()))
                        .toList(),
                equal.overall().isPresent() ? List.of() : more(Measured.FORGETTING));
    }

    private Claim baseDiversity() {
        List<Block> blocks =
                evidence.lora().stream()
                        .map(one -> new Block(List.of(new Contrast.Term(one, 1))))
                        .toList();
        return Claim.ofSign(
                Statement.BASE_DIVERSITY,
                new Contrast(blocks).in(Measured.DISTINCT_LOST),
                "texts",
                missing(blocks, Measured.DISTINCT_LOST),
                List.of(),
                more(Measured.DISTINCT));
    }

    /** Full finetuning with more of something than the LoRA that is alike otherwise. */
    private Claim regularised(Statement statement, Field field) {
        List<Block> blocks = new ArrayList<>();
        List<Claim.Part> parts = new ArrayList<>();
        for (Evidence.Match match : evidence.matches(field))
            for (Tuned full : match.full()) {
                List<Tuned> lora =
                        match.lora().values().stream()
                                .filter(one -> strength(one, field) < strength(full, field))
                                .toList();
                if (lora.isEmpty()) continue;
                Block block = Block.difference(List.of(full), lora);
                blocks.add(block);
                new Contrast(List.of(block))
                        .in(Measured.FORGETTING)
                        .ifPresent(
                                difference ->
                                        parts.add(
                                                new Claim.Part(
                                                        full.condition().words(), difference)));
            }
        return Claim.ofSign(
                statement,
                new Contrast(blocks).in(Measured.FORGETTING),
                evidence.unit(),
                blocks.isEmpty()
                        ? "no full finetuning had more %s than the LoRA that is alike otherwise"
                                .formatted(words(field))
                        : missing(blocks, Measured.FORGETTING),
                parts,
                blocks.isEmpty() ? arms(field) : List.of());
    }

    private List<NextRun> arms(Field field) {
        String path =
                field == Field.WEIGHT_DECAY
                        ? "training.optimizer.weight_decay"
                        : "training.attention_dropout";
        List<Double> values = field == Field.WEIGHT_DECAY ? List.of(0.01, 0.1) : List.of(0.05, 0.1);
        return Evidence.most(evidence.full()).stream()
                .map(
                        full ->
                                next.sweep(
                                        "run full finetuning with " + words(field),
                                        full,
                                        Map.of(
                                                path,
                                                values,
                                                "training.seed",
                                                List.copyOf(full.bySeed().keySet()))))
                .toList();
    }

    private static String words(Field field) {
        return field == Field.WEIGHT_DECAY ? "weight decay" : "attention dropout";
    }

    private static double strength(Tuned one, Field field) {
        return field == Field.WEIGHT_DECAY
                ? one.condition().weightDecay()
                : one.condition().attentionDropout();
    }
}
