package dev.palimpsest.spectra;

import dev.palimpsest.figures.Plotter;
import dev.palimpsest.jobs.Experiments;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The spectra's HTTP door. */
@Tag(name = "Spectra", description = "What finetuning changed in each matrix")
@RestController
@RequestMapping("/api/v1")
class SpectraController {
    private static final String QUEUED =
            """
            {"checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "against": null, "modules": "all", "intruders": true, "status": "queued", "error": null,
             "created_at": "2026-01-01T00:00:00Z", "started_at": null, "ended_at": null, "summary": null,
             "data": [], "has_more": false, "last_id": null}""";

    private static final String SUMMARY =
            """
            {"matrices": 210, "suggested_rank": 256, "intruders": 3, "modules": [
                {"module": "q_proj", "rank_90": 171, "stable_rank": 6.2, "effective_rank": 150.4, "relative_norm": 0.011,
                 "tails": [{"rank": 16, "lost": 0.41}], "intruders": 0}]}""";

    private static final String SUCCEEDED =
            """
            {"checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "against": null, "modules": "all", "intruders": true, "status": "succeeded", "error": null,
             "created_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01Z", "ended_at": "2026-01-01T00:00:31Z",
             "summary":"""
                    + SUMMARY
                    + """
            ,
             "data": [{"id": "model.layers.0.self_attn.q_proj", "module": "q_proj", "layer": 0, "shape": [576, 576],
                       "rank_50": 40, "rank_90": 171, "rank_99": 302, "stable_rank": 6.2, "effective_rank": 150.4,
                       "frobenius_norm": 0.42, "relative_norm": 0.011, "tails": [{"rank": 1, "lost": 0.84}], "intruders": 0,
                       "base": {"rank_50": 6, "rank_90": 68, "rank_99": 227, "stable_rank": 3.1, "effective_rank": 41.0,
                                "frobenius_norm": 145.2},
                       "finetuned": {"rank_50": 6, "rank_90": 68, "rank_99": 227, "stable_rank": 3.1, "effective_rank": 41.1,
                                     "frobenius_norm": 145.3},
                       "singular_values": {"delta": [0.17, 0.09], "base": [82.4, 31.0], "finetuned": [82.5, 31.0]}}],
             "has_more": true, "last_id": "model.layers.0.self_attn.q_proj"}""";

    private static final String OF_EXPERIMENT =
            """
            {"data": [{"job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "full", "method": "full", "rank": null,
                       "checkpoints": [{"checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "step": 200, "epoch": 0.45,
                                        "tokens": 305000, "summary":"""
                    + SUMMARY
                    + """
            }],
                       "heat_map": {"layers": 2, "modules": [{"module": "q_proj", "rank_90": [171, 180],
                                                              "tails": [{"rank": 16, "lost": [0.39, 0.41]}]},
                                                             {"module": "k_proj", "rank_90": [88, 91],
                                                              "tails": [{"rank": 16, "lost": [0.21, 0.22]}]}]}}]}""";

    private static final String OF_JOB =
            """
            {"data": [{"checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "step": 200, "epoch": 0.45, "tokens": 305000,
                       "status": "succeeded", "summary":"""
                    + SUMMARY
                    + """
            ,
                       "heat_map": {"layers": 2, "modules": [{"module": "q_proj", "rank_90": [171, 180],
                                                              "tails": [{"rank": 16, "lost": [0.39, 0.41]}]}]}}]}""";

    private final SpectraDesk desk;
    private final Decompositions decompositions;
    private final Matrices matrices;
    private final Experiments experiments;
    private final Jobs jobs;
    private final Computed computed;
    private final ChangedRanks ranks;
    private final Plotter plotter;

    SpectraController(
            SpectraDesk desk,
            Decompositions decompositions,
            Matrices matrices,
            Experiments experiments,
            Jobs jobs,
            Computed computed,
            ChangedRanks ranks,
            Plotter plotter) {
        this.desk = desk;
        this.decompositions = decompositions;
        this.matrices = matrices;
        this.experiments = experiments;
        this.jobs = jobs;
        this.computed = computed;
        this.ranks = ranks;
        this.plotter = plotter;
    }

    @Operation(
            summary = "Ask for a checkpoint's spectra",
            description =
                    "Singular values of the change W' - W of each matrix and, with `intruders`, those of W and W' and the"
                            + " intruder dimensions, which takes several times as long. A worker does it in turn with jobs."
                            + " With `against` W is another checkpoint of the same base model; `modules` (`all`, `attention`,"
                            + " `mlp` or names) leaves matrices out. What is known already is answered with 200; failed spectra are computed anew. The checkpoint"
                            + " is kept as long as its spectra are.")
    @Example(request = "{\"intruders\": true}", response = QUEUED)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping("/checkpoints/{id}/spectra")
    ResponseEntity<SpectraView> ask(
            @PathVariable String id,
            @RequestBody(required = false) @Nullable SpectraRequest request) {
        SpectraDesk.Answer answer =
                desk.ask(id, request == null ? SpectraRequest.usual() : request);
        String query = answer.decomposition().against().map("?against="::concat).orElse("");
        return ResponseEntity.status(answer.isNew() ? HttpStatus.ACCEPTED : HttpStatus.OK)
                .location(URI.create("/api/v1/checkpoints/%s/spectra%s".formatted(id, query)))
                .body(SpectraView.of(answer.decomposition()));
    }

    @Operation(
            summary = "Read a checkpoint's spectra",
            description =
                    "Ranks are of the change: the fewest singular values whose squares make up 50, 90 or 99 % of their sum."
                            + " The stable rank is that sum by the largest square, the effective rank exp of the entropy of"
                            + " the squares' shares. `tails` says what share of the sum a truncation loses. An intruder is one"
                            + " of the ten largest left singular vectors of W' with a cosine under 0.5 with every one of W."
                            + " Matrices are there as soon as they are compared.")
    @Example(response = SUCCEEDED)
    @GetMapping("/checkpoints/{id}/spectra")
    SpectraView get(
            @PathVariable String id,
            @Parameter(description = "The other checkpoint; the base model if left out")
                    @RequestParam(required = false)
                    @Nullable String against,
            @RequestParam(defaultValue = "false") boolean summary,
            @ParameterObject Paging paging) {
        Decomposition decomposition =
                decompositions.of(id, against).orElseThrow(() -> SpectraDesk.missing(id, against));
        String after = paging.after() == null ? "" : paging.after();
        Page<MatrixView> page =
                Page.of(
                                matrices.page(decomposition.id(), after, paging.limit() + 1),
                                paging.limit(),
                                Matrices.Kept::path)
                        .map(kept -> MatrixView.of(kept, !summary));
        return SpectraView.of(decomposition, page.data(), page.hasMore(), page.lastId());
    }

    @Operation(
            summary = "Delete a checkpoint's spectra",
            description = "In any status; what computes them is called off.")
    @DeleteMapping("/checkpoints/{id}/spectra")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id, @RequestParam(required = false) @Nullable String against) {
        desk.delete(id, against);
    }

    @Operation(
            summary = "Show the spectra of a job",
            description =
                    "Of each checkpoint that was compared with the base model, or is to be, by step. A job asks for"
                            + " them by itself with `analysis.spectrum`.")
    @Example(response = OF_JOB)
    @GetMapping("/jobs/{id}/spectra")
    JobSpectra ofJob(@PathVariable String id) {
        jobs.requireThere(id);
        return new JobSpectra(computed.ofJob(id));
    }

    @Operation(
            summary = "Show the spectra of an experiment",
            description =
                    "For each job the checkpoints whose spectra are computed, by step, and the heat map of the change's rank"
                            + " at 90 %, and of what truncation to some ranks loses, by layer and module at the last of them."
                            + " As CSV: a line a matrix of each job's last checkpoint with spectra.")
    @Example(response = OF_EXPERIMENT)
    @GetMapping("/experiments/{id}/spectra")
    ExperimentSpectra ofExperiment(
            @PathVariable String id,
            @Parameter(description = "The one job to show; all if left out")
                    @RequestParam(required = false)
                    @Nullable String job) {
        experiments.requireThere(id);
        ExperimentSpectra all = ranks.spectra(id);
        return job == null ? all : all.of(job);
    }

    @Operation(
            summary = "Show the spectra of an experiment",
            description = "As a figure: heat maps of six jobs, or of the one chosen by job.")
    @Example(response = "\"the SVG\"")
    @GetMapping(value = "/experiments/{id}/spectra", produces = "image/svg+xml;charset=UTF-8")
    String ofExperimentAsSvg(
            @PathVariable String id, @RequestParam(required = false) @Nullable String job) {
        return plotter.svg(RankFigure.of(ofExperiment(id, job)));
    }
}
