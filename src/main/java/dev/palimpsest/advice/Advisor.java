package dev.palimpsest.advice;

import dev.palimpsest.analysis.Material;
import dev.palimpsest.analysis.ScoredBy;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.spectra.ChangedRanks;
import dev.palimpsest.spectra.ChangedRanks.Changed;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Reads an experiment and says what it advises, and what it says to the paper's claims. */
@Component
public class Advisor {
    private final Material material;
    private final Ends ends;
    private final ChangedRanks ranks;

    Advisor(Material material, Ends ends, ChangedRanks ranks) {
        this.material = material;
        this.ends = ends;
        this.ranks = ranks;
    }

    private record Read(Evidence evidence, NextRuns next) {}

    private Read read(String experiment, ScoredBy by) {
        Material.Scored scored = material.of(experiment, by);
        return new Read(
                Evidence.of(ends.of(experiment, scored), unit(experiment, by)),
                NextRuns.of(experiment, scored.runs()));
    }

    public Recommendation recommendation(String experiment, ScoredBy by) {
        Read read = read(experiment, by);
        return Recommendation.of(experiment, read.evidence(), read.next());
    }

    public Claims claims(String experiment, ScoredBy by) {
        Read read = read(experiment, by);
        return Claims.of(experiment, judged(read.evidence(), ranks.of(experiment), read.next()));
    }

    /** All of it by one reading. */
    public Findings findings(String experiment, ScoredBy by) {
        Read read = read(experiment, by);
        List<Changed> changed = ranks.of(experiment);
        return new Findings(
                Recommendation.of(experiment, read.evidence(), read.next()),
                Claims.of(experiment, judged(read.evidence(), changed, read.next())),
                Findings.rates(read.evidence()),
                changed);
    }

    /** Each claim once. */
    static List<Claim> judged(Evidence evidence, List<Changed> changed, NextRuns next) {
        return Stream.of(
                        new MethodClaims(evidence, next).all(),
                        new RecipeClaims(evidence, next).all(),
                        new RateClaims(evidence, next).all(),
                        List.of(new SpectraClaim(evidence, changed, next).claim()))
                .flatMap(List::stream)
                .toList();
    }

    /** Accuracies, or bits per byte where there are only those. */
    private String unit(String experiment, ScoredBy by) {
        return material.learningKind(experiment, by)
                .map(kind -> kind == ScoreKind.ACCURACY ? "accuracy" : "bits per byte")
                .orElse("score");
    }
}
