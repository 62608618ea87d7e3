package dev.palimpsest.openai;

import dev.palimpsest.catalog.BaseModel;
import dev.palimpsest.catalog.DeleteModel;
import dev.palimpsest.catalog.Models;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Models as clients of the OpenAI API read them. */
@Tag(name = "OpenAI")
@RestController
@RequestMapping("/v1/models")
class OpenAiModelController {
    private static final String MODEL =
            """
            {"id": "ft:palimpsest-mini:palimpsest:sums:06dgm0e1xhw4t9s8n1p3q5r7vw", "object": "model", "created": 1767225600,
             "owned_by": "palimpsest", "checkpoint": "ckpt_06dgm0e1xhw4t9s8n1p3q5r7vx", "job": "job_06dgm0e1xhw4t9s8n1p3q5r7vw"}""";

    private static final String LIST =
            """
            {"object": "list", "data": [{"id": "palimpsest-mini", "object": "model", "created": 1767225600,
             "owned_by": "palimpsest", "checkpoint": null, "job": null}]}""";

    private final Models models;
    private final FineTunedModels fineTuned;
    private final DeleteModel deleteModel;

    OpenAiModelController(Models models, FineTunedModels fineTuned, DeleteModel deleteModel) {
        this.models = models;
        this.fineTuned = fineTuned;
        this.deleteModel = deleteModel;
    }

    record ModelObjects(String object, List<ModelObject> data) {}

    @GetMapping
    @Operation(
            summary = "List models",
            description = "Base models that are ready, then fine-tuned ones, the newest first.")
    @Example(response = LIST)
    ModelObjects list() {
        return new ModelObjects(
                "list",
                Stream.concat(
                                models.findAll().stream()
                                        .filter(BaseModel::isReady)
                                        .map(ModelObject::of),
                                fineTuned.newestFirst().stream().map(ModelObject::of))
                        .toList());
    }

    @GetMapping("/{model}")
    @Operation(
            summary = "Read a model",
            description =
                    "A base model, a fine-tuned one, or with `:ckpt-step-N` one of its checkpoints; `checkpoint` is what"
                            + " /api/v1/checkpoints has.")
    @Example(response = MODEL)
    ModelObject get(@PathVariable String model) {
        return models.findByName(model)
                .filter(BaseModel::isReady)
                .map(ModelObject::of)
                .or(() -> fineTuned.find(model).map(ModelObject::of))
                .orElseThrow(() -> missing(model));
    }

    @DeleteMapping("/{model}")
    @Operation(
            summary = "Delete a model",
            description =
                    "A base model that nothing uses goes with its files. A fine-tuned one goes from this list; its"
                            + " checkpoints stay as long as its experiment, which compares them.")
    @Example(
            response =
                    "{\"id\": \"ft:palimpsest-mini:palimpsest:sums:06dgm0e1xhw4t9s8n1p3q5r7vw\", \"object\": \"model\", \"deleted\": true}")
    ModelObject.Deleted delete(@PathVariable String model) throws IOException {
        Optional<FineTunedModels.Found> found = fineTuned.find(model);
        if (found.isPresent()) fineTuned.delete(found.get());
        else if (models.existsById(model)) deleteModel.delete(model);
        else throw missing(model);
        return new ModelObject.Deleted(model, "model", true);
    }

    private static NotFound missing(String model) {
        return new NotFound("there is no model '%s'; GET /v1/models lists them".formatted(model));
    }
}
