package dev.palimpsest.jobs;

import dev.palimpsest.spec.Preset;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Comparator;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The presets' HTTP door. */
@Tag(
        name = "Presets",
        description = "What the paper did, for job specs and experiments to start from")
@RestController
@RequestMapping("/api/v1/presets")
class PresetController {
    private static final String PRESET =
            """
            {"name": "code-ift-r16", "kind": "job", "description": "The paper's code-ift with LoRA of rank 16; the length is yours to give",
             "spec": {"regime": "instruction",
                      "training": {"batch_size": 192, "micro_batch_size": 6, "sequence_length": 4096, "packing": true,
                                   "optimizer": {"type": "lionw", "betas": [0.9, 0.95], "weight_decay": 0.0},
                                   "learning_rate": 2e-4, "schedule": {"type": "cosine", "warmup": 0.1, "floor": 0.01},
                                   "gradient_clip": 1.0, "precision": "amp_bf16"},
                      "method": {"type": "lora", "rank": 16, "alpha": 32, "dropout": 0.05, "target_modules": "all"}}}""";

    @Operation(
            summary = "List presets by name",
            description =
                    "A job spec with a preset's name under `preset` may leave out what the preset says, and so may an"
                            + " experiment with one of its kind.")
    @Example(
            response =
                    "{\"data\": ["
                            + PRESET
                            + "], \"has_more\": false, \"last_id\": \"code-ift-r16\"}")
    @GetMapping
    Page<Preset> list(@ParameterObject Paging paging) {
        String after = paging.after() == null ? "" : paging.after();
        List<Preset> rows =
                Preset.all().stream()
                        .sorted(Comparator.comparing(Preset::name))
                        .filter(preset -> preset.name().compareTo(after) > 0)
                        .limit(paging.limit() + 1L)
                        .toList();
        return Page.of(rows, paging.limit(), Preset::name);
    }

    @Operation(summary = "Read a preset")
    @Example(response = PRESET)
    @GetMapping("/{name}")
    Preset get(@PathVariable String name) {
        return Preset.named(name)
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "there is no preset '%s'; GET /api/v1/presets lists those there are"
                                                .formatted(name)));
    }
}
