package dev.palimpsest.advice;

import dev.palimpsest.spectra.ChangedRanks.Changed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is said of the rank by which full finetuning changes weights (paper, section 4.6). */
record SpectraClaim(Evidence evidence, List<Changed> changed, NextRuns next) {
    private static final double FAR = 10;
    private static final int USUAL_RANK = 16;

    Claim claim() {
        Map<String, Changed> last = new HashMap<>();
        for (Changed one : changed) last.put(one.job(), one); // the last step of each
        List<String> jobs =
                evidence.swept().stream()
                        .filter(swept -> !swept.condition().lora())
                        .flatMap(swept -> swept.all().stream())
                        .map(Ended::job)
                        .filter(last::containsKey)
                        .sorted()
                        .toList();
        if (jobs.isEmpty())
            return Claim.notMeasured(
                    Statement.FULL_RANK,
                    "times LoRA's rank",
                    "the spectra of no checkpoint of full finetuning are computed",
                    more());
        int reference = reference();
        double[] ranks =
                jobs.stream()
                        .map(job -> Objects.requireNonNull(last.get(job)))
                        .mapToDouble(one -> median(one.rankAt90().values().stream().toList()))
                        .toArray();
        double[] ratios = Arrays.stream(ranks).map(rank -> rank / reference).toArray();
        Difference difference =
                ratios.length > 1
                        ? Difference.overRuns(ratios, jobs)
                        : Difference.between(ratios[0], ratios[0], ratios[0], 1, jobs);
        return Claim.of(
                Statement.FULL_RANK,
                verdict(difference),
                "times LoRA's rank",
                difference,
                "a rank of %s, %s times r=%d, holds 90 %% of the change (%d %s; by module %s)"
                        .formatted(
                                Numbers.plain(Arrays.stream(ranks).average().orElseThrow()),
                                Numbers.score(difference.value(), difference.halfWidth()),
                                reference,
                                jobs.size(),
                                jobs.size() == 1 ? "run" : "runs",
                                byModule(Objects.requireNonNull(last.get(jobs.getFirst())))),
                List.of(),
                List.of());
    }

    /** The smaller middle one of the ranks that were tried. */
    private int reference() {
        List<Integer> ranks =
                evidence.swept().stream()
                        .filter(swept -> swept.condition().lora())
                        .map(swept -> swept.condition().rank())
                        .distinct()
                        .toList();
        return ranks.isEmpty() ? USUAL_RANK : median(ranks);
    }

    private static int median(List<Integer> values) {
        List<Integer> sorted = values.stream().sorted().toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    private static Verdict verdict(Difference ratio) {
        if (ratio.low() != null && ratio.low() >= FAR) return Verdict.SUPPORTED;
        if (ratio.high() != null && ratio.high() < FAR) return Verdict.CONTRADICTED;
        return Verdict.WITHIN_NOISE;
    }

    private static String byModule(Changed changed) {
        return changed.rankAt90().entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(module -> module.getKey() + " " + module.getValue())
                .collect(Collectors.joining(", "));
    }

    private List<NextRun> more() {
        Optional<Tuned> full = Evidence.most(evidence.full());
        return full.map(
                        one ->
                                List.of(
                                        next.spectra(
                                                one.bySeed()
                                                        .values()
                                                        .iterator()
                                                        .next()
                                                        .checkpoint())))
                .orElse(List.of(NextRun.of("run full finetuning first")));
    }
}
