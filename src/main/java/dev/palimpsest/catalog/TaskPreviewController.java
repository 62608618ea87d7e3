package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.evaluation.ItemFile;
import dev.palimpsest.evaluation.ItemPreview;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Exemplars;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NeedsState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How a task looks to a model. */
@RestController
@RequestMapping("/api/v1/tasks/{name}/preview")
@Tag(name = "Tasks")
class TaskPreviewController {
    private static final int ITEMS = 3;

    private final Tasks tasks;
    private final Models models;
    private final Artifacts artifacts;

    TaskPreviewController(Tasks tasks, Models models, Artifacts artifacts) {
        this.tasks = tasks;
        this.models = models;
        this.artifacts = artifacts;
    }

    record TaskPreview(
            String task,
            String model,
            Convention convention,
            int fewShot,
            List<ItemPreview> data) {}

    @NeedsState
    @GetMapping
    @Operation(
            summary = "Preview a task as a model reads it",
            description =
                    "Three items, drawn alike each time: every text that is scored, or the one that an answer is written"
                            + " after, with its tokens by the model's tokenizer.")
    @Example(
            response =
                    """
                    {"task": "definitions_perplexity", "model": "palimpsest-mini", "convention": "lm_eval", "few_shot": 0, "data": [
                      {"item": 17, "asked": [{"ids": [52, 97, 4], "pieces": ["cat", ":", " a"], "scored": [false, true, true]}]}]}""")
    TaskPreview preview(
            @PathVariable String name,
            @Parameter(description = "Whose tokenizer to take") @RequestParam String model,
            @Parameter(
                            description = "How many exemplars; the task's usual number if left out",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            format = "int32",
                                            minimum = "0",
                                            maximum = "100"))
                    @RequestParam(name = "few_shot", required = false)
                    @Nullable Integer fewShot,
            @Parameter(
                            description = "By whose rules",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"lm_eval", "gauntlet"}))
                    @RequestParam(name = "convention", defaultValue = "lm_eval")
                    String word) {
        if (fewShot != null && (fewShot < 0 || fewShot > EvaluationPlan.MOST_EXEMPLARS))
            throw new BadParameter(
                    "few_shot",
                    "must be a whole number between 0 and " + EvaluationPlan.MOST_EXEMPLARS);
        EvaluationPlan plan =
                EvaluationPlan.asking(
                        fewShot == null ? Map.of() : Map.of(name, fewShot),
                        Exemplars.SAMPLED,
                        convention(word));
        RegisteredTask task =
                tasks.named(name, plan).orElseThrow(() -> TaskController.missing(name));
        RegisteredTask.Content content = task.contentOr(Conflict::new);
        BaseModel base = models.ready(model);
        try (Tokenizer tokenizer =
                Tokenizer.open(base.tokenizer(artifacts).resolve("tokenizer.json"))) {
            return new TaskPreview(
                    name,
                    model,
                    task.protocol().convention(),
                    task.fewShot(),
                    task.task().preview(new ItemFile(content.items(), ITEMS), tokenizer));
        }
    }

    private static Convention convention(String word) {
        return switch (word) {
            case "lm_eval" -> Convention.LM_EVAL;
            case "gauntlet" -> Convention.GAUNTLET;
            default -> throw new BadParameter("convention", "must be one of lm_eval, gauntlet");
        };
    }
}
