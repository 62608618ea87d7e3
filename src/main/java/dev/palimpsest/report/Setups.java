package dev.palimpsest.report;

import dev.palimpsest.analysis.ScoredBy;
import dev.palimpsest.catalog.Datasets;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.jobs.Experiment;
import dev.palimpsest.jobs.Runs.Run;
import dev.palimpsest.report.Report.Fact;
import dev.palimpsest.report.Report.Setup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;

/** Tells what an experiment was made of: contents by their hashes, protocols, versions. */
@Component
class Setups {
    private static final String GONE = "no longer registered";

    private final Models models;
    private final Datasets datasets;
    private final Tasks tasks;
    private final ObjectProvider<BuildProperties> build;

    Setups(Models models, Datasets datasets, Tasks tasks, ObjectProvider<BuildProperties> build) {
        this.models = models;
        this.datasets = datasets;
        this.tasks = tasks;
        this.build = build;
    }

    Setup of(Experiment experiment, List<Run> runs, ScoredBy by) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Base model", model(experiment.baseModel())));
        facts.add(new Fact("Jobs", jobs(runs)));
        facts.add(
                new Fact(
                        "Scoring convention",
                        experiment.convention().name().toLowerCase(Locale.ROOT)));
        facts.add(
                new Fact(
                        "Compared by",
                        by == ScoredBy.PRIMARY
                                ? "accuracies, or minus bits per byte where a side has only those"
                                : "minus bits per byte; fewer bits are better"));
        build.ifAvailable(
                its -> {
                    facts.add(new Fact("Application", "Palimpsest " + its.getVersion()));
                    facts.add(
                            new Fact(
                                    "Engine",
                                    "libtorch %s by DJL %s"
                                            .formatted(its.get("libtorch"), its.get("djl"))));
                });
        List<Fact> asked = new ArrayList<>();
        experiment.learningTasks().forEach(name -> asked.add(task(name, "learning")));
        experiment.forgettingTasks().forEach(name -> asked.add(task(name, "forgetting")));
        return new Setup(
                experiment.id(),
                experiment.name(),
                experiment.description().orElse(null),
                facts,
                asked,
                datasets(runs));
    }

    private String model(String name) {
        return models.findByName(name)
                .map(
                        model ->
                                "%s, %s parameters, content sha256 %s"
                                        .formatted(
                                                name,
                                                model.parameters()
                                                        .map(
                                                                count ->
                                                                        String.format(
                                                                                Locale.ROOT,
                                                                                "%,d",
                                                                                count))
                                                        .orElse("unknown"),
                                                model.contentHash().orElse("unknown")))
                .orElse(name + ", " + GONE);
    }

    private static String jobs(List<Run> runs) {
        TreeSet<String> regimes = new TreeSet<>();
        for (Run run : runs) regimes.add(run.spec().path("regime").asString("instruction"));
        return "%d, regime %s".formatted(runs.size(), String.join(" and ", regimes));
    }

    private Fact task(String name, String side) {
        return new Fact(
                name,
                tasks.named(name)
                        .map(registered -> side + ": " + words(registered))
                        .orElse(side + ", " + GONE));
    }

    private static String words(RegisteredTask registered) {
        return "version %d, %s, %d exemplars, convention %s, %s"
                .formatted(
                        registered.task().version(),
                        registered.task().primary().metric(),
                        registered.fewShot(),
                        registered.protocol().convention().name().toLowerCase(Locale.ROOT),
                        registered
                                .content()
                                .map(
                                        content ->
                                                "%d items, data sha256 %s"
                                                        .formatted(content.count(), content.hash()))
                                .orElse("items not available"));
    }

    private List<Fact> datasets(List<Run> runs) {
        return runs.stream()
                .map(run -> run.spec().path("dataset"))
                .flatMap(
                        dataset ->
                                Stream.of("train", "validation")
                                        .filter(role -> dataset.path(role).isString())
                                        .map(
                                                role ->
                                                        new Fact(
                                                                dataset.path(role).stringValue(),
                                                                role)))
                .distinct()
                .sorted(Comparator.comparing(Fact::value).thenComparing(Fact::name))
                .map(fact -> new Fact(fact.name(), fact.value() + ": " + dataset(fact.name())))
                .toList();
    }

    private String dataset(String name) {
        return datasets.findByName(name)
                .map(
                        dataset ->
                                "%d documents, sha256 %s"
                                        .formatted(
                                                dataset.documents().orElse(0L),
                                                dataset.contentHash().orElse("unknown")))
                .orElse(GONE);
    }
}
