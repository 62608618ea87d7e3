package dev.palimpsest.analysis;

import dev.palimpsest.web.Csv;
import dev.palimpsest.web.Tabular;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The checkpoint that learned most among those that forgot no more than is allowed. */
record Best(double forgettingAtMost, List<String> groupedBy, List<OfGroup> groups)
        implements Tabular {
    private static final double NORMAL_95 = 1.959963984540054;
    private static final int MOST_RUNNERS_UP = 10;

    /**
     * Of one group; all jobs are one where nothing is grouped.
     *
     * @param runnersUp others under the bound that learned less by no more than noise
     */
    record OfGroup(
            Map<String, JsonNode> group,
            @Nullable Candidate best,
            List<Candidate> runnersUp,
            String words) {}

    /** A checkpoint with both scores; their intervals are by the items that were asked. */
    record Candidate(
            String job, String checkpoint, long step, Estimate learning, Estimate forgetting) {
        static Optional<Candidate> of(Material.Point point) {
            Optional<Estimate.Value> learning = Curves.value(point.score().learning());
            Optional<Estimate.Value> forgetting = Curves.forgetting(point);
            if (learning.isEmpty() || forgetting.isEmpty()) return Optional.empty();
            if (!Double.isFinite(learning.get().value())
                    || !Double.isFinite(forgetting.get().value())) return Optional.empty();
            return Optional.of(
                    new Candidate(
                            point.run().job(),
                            point.place().checkpoint(),
                            point.place().step(),
                            Estimate.of(List.of(learning.get())),
                            Estimate.of(List.of(forgetting.get()))));
        }
    }

    static Best of(Material.Scored scored, Grouping grouping, double most) {
        Map<Map<String, JsonNode>, List<Candidate>> groups = new LinkedHashMap<>();
        for (Material.Point point : scored.points())
            Candidate.of(point)
                    .ifPresent(
                            candidate ->
                                    groups.computeIfAbsent(
                                                    grouping.of(candidate.job()),
                                                    _ -> new ArrayList<>())
                                            .add(candidate));
        List<OfGroup> all = new ArrayList<>();
        groups.forEach((group, candidates) -> all.add(of(group, candidates, most)));
        return new Best(most, grouping.fields(), all);
    }

    private static OfGroup of(
            Map<String, JsonNode> group, List<Candidate> candidates, double most) {
        List<Candidate> under =
                candidates.stream()
                        .filter(candidate -> candidate.forgetting().mean() <= most)
                        .sorted(
                                Comparator.<Candidate>comparingDouble(
                                                candidate -> -candidate.learning().mean())
                                        .thenComparingDouble(
                                                candidate -> candidate.forgetting().mean()))
                        .toList();
        if (under.isEmpty()) return none(group, candidates, most);
        Candidate best = under.getFirst();
        List<Candidate> near =
                under.stream().skip(1).filter(candidate -> isNear(best, candidate)).toList();
        return new OfGroup(
                group,
                best,
                near.subList(0, Math.min(near.size(), MOST_RUNNERS_UP)),
                words(best, near.size(), under.size(), most));
    }

    private static OfGroup none(
            Map<String, JsonNode> group, List<Candidate> candidates, double most) {
        double least =
                candidates.stream()
                        .mapToDouble(candidate -> candidate.forgetting().mean())
                        .min()
                        .orElseThrow();
        return new OfGroup(
                group,
                null,
                List.of(),
                String.format(
                        Locale.ROOT,
                        "none of %d checkpoints forgot at most %.4f; the least is %.4f",
                        candidates.size(),
                        most,
                        least));
    }

    private static boolean isNear(Candidate best, Candidate other) {
        Double own = best.learning().stderr();
        Double its = other.learning().stderr();
        if (own == null || its == null) return false;
        return best.learning().mean() - other.learning().mean() <= NORMAL_95 * Math.hypot(own, its);
    }

    private static String words(Candidate best, int near, int under, double most) {
        Double high = best.forgetting().high();
        return String.format(
                Locale.ROOT,
                "%s learned most, %.4f, and forgot %.4f; of %d others that forgot at most %.4f, %d are within noise of it%s",
                best.checkpoint(),
                best.learning().mean(),
                best.forgetting().mean(),
                under - 1,
                most,
                near,
                high != null && high > most
                        ? String.format(
                                Locale.ROOT, "; its own forgetting may be as high as %.4f", high)
                        : "");
    }

    /** A line a checkpoint: of each group the best, then those within noise of it. */
    @Override
    public String csv() {
        Csv csv = new Csv();
        List<String> head = new ArrayList<>(groupedBy);
        head.addAll(List.of("best", "job", "checkpoint", "step"));
        head.addAll(Curves.columns("learning"));
        head.addAll(Curves.columns("forgetting"));
        csv.line(head);
        for (OfGroup group : groups) {
            if (group.best() == null) continue;
            csv.line(line(group, group.best(), true));
            for (Candidate other : group.runnersUp()) csv.line(line(group, other, false));
        }
        return csv.text();
    }

    private List<@Nullable Object> line(OfGroup group, Candidate candidate, boolean best) {
        List<@Nullable Object> line = new ArrayList<>();
        for (String field : groupedBy) line.add(Curves.text(group.group().get(field)));
        line.add(best);
        line.add(candidate.job());
        line.add(candidate.checkpoint());
        line.add(candidate.step());
        Curves.add(line, candidate.learning());
        Curves.add(line, candidate.forgetting());
        return line;
    }
}
