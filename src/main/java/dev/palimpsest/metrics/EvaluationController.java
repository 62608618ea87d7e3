package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The evaluations' HTTP door. */
@Tag(name = "Evaluations", description = "Tasks scored on models, every item's result kept")
@RestController
@RequestMapping("/api/v1")
class EvaluationController {
    private static final int ITEMS_AT_ONCE = 100;
    private static final String LINES = "application/x-ndjson";

    private final Evaluations evaluations;
    private final Jobs jobs;

    EvaluationController(Evaluations evaluations, Jobs jobs) {
        this.evaluations = evaluations;
        this.jobs = jobs;
    }

    /** A metric; null stands for NaN and the infinities. */
    record MeasureView(@Nullable Double value, @Nullable Double stderr) {
        static MeasureView of(Measure measure) {
            return new MeasureView(finite(measure.value()), finite(measure.stderr()));
        }

        static Map<String, MeasureView> of(Map<String, Measure> measures) {
            Map<String, MeasureView> views = new TreeMap<>();
            measures.forEach((name, measure) -> views.put(name, of(measure)));
            return views;
        }

        private static @Nullable Double finite(@Nullable Double value) {
            return value == null || !Double.isFinite(value) ? null : value;
        }
    }

    /** An evaluation as it is answered. */
    record EvaluationView(
            String id,
            String job,
            long step,
            @Nullable String checkpoint,
            String model,
            String task,
            String convention,
            Map<String, MeasureView> metrics,
            int items,
            String fingerprint,
            String measured,
            String status) {
        static EvaluationView of(Evaluation evaluation) {
            return new EvaluationView(
                    evaluation.id(),
                    evaluation.job(),
                    evaluation.step(),
                    evaluation.checkpoint(),
                    evaluation.model(),
                    evaluation.task(),
                    evaluation.convention(),
                    MeasureView.of(evaluation.metrics()),
                    evaluation.items(),
                    evaluation.fingerprint(),
                    evaluation.measured(),
                    "succeeded");
        }
    }

    record EvaluationList(List<EvaluationView> data) {}

    @Operation(
            summary = "List a job's evaluations",
            description =
                    "By step and task; those of the base model stand at step 0 and have no checkpoint. `measured` is here, or external"
                            + " for what the owner of a job that is trained elsewhere said.")
    @Example(
            response =
                    """
                    {"data": [{"id": "eval_06dgm0e1xhw4t9s8n1p3q5r7vy", "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw", "step": 0,
                               "checkpoint": null, "model": "palimpsest-mini", "task": "definitions_choice",
                               "convention": "lm_eval", "metrics": {"accuracy": {"value": 0.58, "stderr": 0.03}}, "items": 200,
                               "fingerprint": "3f1a0b1c7d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd",
                               "measured": "here", "status": "succeeded"}]}""")
    @GetMapping("/jobs/{id}/evaluations")
    EvaluationList list(@PathVariable String id) {
        jobs.requireThere(id);
        return new EvaluationList(
                evaluations.ofJobs(List.of(id)).stream().map(EvaluationView::of).toList());
    }

    /** An evaluation wherever it stands. */
    record KeptView(
            String id,
            String model,
            String task,
            String convention,
            Map<String, MeasureView> metrics,
            int items,
            String fingerprint) {}

    @Operation(
            summary = "Read an evaluation",
            description =
                    "Several jobs and scorings may show it: an equal one is never computed twice.")
    @Example(
            response =
                    """
                    {"id": "eval_06dgm0e1xhw4t9s8n1p3q5r7vy", "model": "palimpsest-mini", "task": "gsm8k_perplexity",
                     "convention": "lm_eval", "metrics": {"bits_per_byte": {"value": 1.21, "stderr": 0.02}}, "items": 200,
                     "fingerprint": "3f1a0b1c7d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd"}""")
    @GetMapping("/evaluations/{id}")
    KeptView get(@PathVariable String id) {
        Evaluations.Kept kept = evaluations.existing(id);
        return new KeptView(
                kept.id(),
                kept.model(),
                kept.task(),
                kept.convention(),
                MeasureView.of(kept.metrics()),
                kept.items(),
                kept.fingerprint());
    }

    @Operation(
            summary = "List an evaluation's items",
            description =
                    "What was asked and answered; `index` is an item's place among all of its task's.")
    @Example(
            response =
                    """
                    {"data": [{"index": 0, "prompt_hash": "91b1c2d3e4f5a6978899aabbccddeeff00112233445566778899aabbccddeeff", "document": "a small domesticated",
                               "options": [{"text": " carnivore", "log_likelihood": -4.2, "tokens": 2, "characters": 10}],
                               "choice": 0, "gold": 0, "correct": true, "generations": []}],
                     "has_more": true, "last_id": "0"}""")
    @GetMapping("/evaluations/{id}/items")
    Page<ItemView> items(
            @PathVariable String id,
            @Parameter(description = "Only those that were answered right, or wrong")
                    @RequestParam(required = false)
                    @Nullable Boolean correct,
            @ParameterObject Paging paging) {
        int count = evaluations.existing(id).items();
        int place = ItemPlace.after(paging.after());
        List<ItemView> found = new ArrayList<>();
        int last = place - 1;
        while (place < count && found.size() < paging.limit()) {
            List<ItemResult> read = evaluations.items(id, place, ITEMS_AT_ONCE);
            if (read.isEmpty()) throw Evaluations.missing(id); // deleted meanwhile
            for (ItemResult item : read) {
                if (found.size() == paging.limit()) break;
                last = place++;
                if (correct == null || item.correct() == correct) found.add(ItemView.of(item));
            }
        }
        return new Page<>(found, last + 1 < count, found.isEmpty() ? null : "" + last);
    }

    @Operation(
            summary = "Download an evaluation's items",
            description = "All of them, an object a line, with the fields of the list's.")
    @Example(response = "\"the lines\"")
    @GetMapping(value = "/evaluations/{id}/items.jsonl", produces = LINES)
    ResponseEntity<StreamingResponseBody> lines(@PathVariable String id) {
        int count = evaluations.existing(id).items();
        return ResponseEntity.ok().contentType(MediaType.valueOf(LINES)).body(lines(id, count));
    }

    private StreamingResponseBody lines(String id, int count) {
        return out -> {
            for (int from = 0; from < count; from += ITEMS_AT_ONCE)
                for (ItemResult item : evaluations.items(id, from, ITEMS_AT_ONCE)) {
                    out.write(Binder.JSON.writeValueAsBytes(ItemView.of(item)));
                    out.write('\n');
                }
        };
    }
}
