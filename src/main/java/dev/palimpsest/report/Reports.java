package dev.palimpsest.report;

import dev.palimpsest.advice.Advisor;
import dev.palimpsest.advice.Findings;
import dev.palimpsest.analysis.Material;
import dev.palimpsest.analysis.ScoredBy;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.report.Report.Source;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.sweeps.AskedSweeps;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Gathers an experiment's report. */
@Component
class Reports {
    private final Experiments experiments;
    private final Material material;
    private final Advisor advisor;
    private final Setups setups;
    private final Pictures pictures;
    private final AskedSweeps sweeps;

    Reports(
            Experiments experiments,
            Material material,
            Advisor advisor,
            Setups setups,
            Pictures pictures,
            AskedSweeps sweeps) {
        this.experiments = experiments;
        this.material = material;
        this.advisor = advisor;
        this.setups = setups;
        this.pictures = pictures;
        this.sweeps = sweeps;
    }

    Report of(String id, ScoredBy by) {
        Experiment experiment = experiments.named(id);
        Material.Scored scored = material.of(id, by);
        Findings findings = advisor.findings(id, by);
        return new Report(
                setups.of(experiment, scored.runs(), by),
                findings.recommendation().words(),
                Sentences.advice(findings.recommendation()),
                findings.claims().comparisons().words(),
                Sentences.verdicts(findings.claims()),
                pictures.of(id, scored, findings),
                Tables.of(findings),
                Sentences.open(findings.recommendation(), findings.claims()),
                sweeps.of(id).stream().map(sweep -> source(id, sweep)).toList(),
                scored.runs().stream().map(Reports::source).toList());
    }

    private static Source source(String experiment, AskedSweeps.Asked sweep) {
        ObjectNode body = Binder.JSON.createObjectNode();
        if (sweep.name() != null) body.put("name", sweep.name());
        body.set("template", sweep.template());
        if (sweep.grid() != null) body.set("grid", sweep.grid());
        if (sweep.ladder() != null) body.set("ladder", Binder.JSON.valueToTree(sweep.ladder()));
        return new Source(
                sweep.name() == null ? sweep.id() : sweep.name() + ", " + sweep.id(),
                "POST /api/v1/experiments/%s/sweeps".formatted(experiment),
                Sentences.pretty(body));
    }

    private static Source source(Run run) {
        String name = run.spec().path("name").asString("");
        return new Source(
                "%s%s, %s"
                        .formatted(
                                run.job(), name.isEmpty() ? "" : " " + name, run.status().word()),
                "POST /api/v1/jobs",
                Sentences.pretty(run.spec()));
    }
}
