package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.data.Preview;
import dev.palimpsest.data.Tokenization;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.spec.Regime;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NeedsState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How a dataset looks to a model. */
@RestController
@RequestMapping("/api/v1/datasets/{name}/preview")
@Tag(name = "Datasets")
class PreviewController {
    private static final int MOST_DOCUMENTS = 50;

    private final Datasets datasets;
    private final Models models;
    private final Artifacts artifacts;

    PreviewController(Datasets datasets, Models models, Artifacts artifacts) {
        this.datasets = datasets;
        this.models = models;
        this.artifacts = artifacts;
    }

    record Previews(String dataset, String model, Regime regime, List<Preview> data) {}

    @NeedsState
    @GetMapping
    @Operation(
            summary = "Preview a dataset as a model reads it",
            description =
                    "The first documents: the text, its tokens by the model's tokenizer, and which of them carry"
                            + " loss. Of a long document the first 20,000 characters and 2,000 tokens are shown.")
    @Example(
            response =
                    """
                    {"dataset": "sums", "model": "palimpsest-mini", "regime": "instruction", "data": [
                      {"line": 1, "text": "1+1=2", "tokens": 6, "learned": 2, "ids": [21, 15, 21, 33, 22, 0],
                       "pieces": ["1", "+", "1", "=", "2", "<|endoftext|>"],
                       "loss": [false, false, false, false, true, true]}]}""")
    Previews preview(
            @PathVariable String name,
            @Parameter(description = "Whose tokenizer to take") @RequestParam String model,
            @Parameter(
                            description = "How many documents",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "50",
                                            defaultValue = "5"))
                    @RequestParam(defaultValue = "5")
                    int limit,
            @Parameter(
                            description = "Which tokens carry loss",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"instruction", "pretraining"}))
                    @RequestParam(name = "regime", defaultValue = "instruction")
                    String word)
            throws IOException {
        Regime regime = regime(word);
        if (limit < 1 || limit > MOST_DOCUMENTS)
            throw new BadParameter(
                    "limit", "must be a whole number between 1 and " + MOST_DOCUMENTS);
        Dataset dataset = datasets.ready(name);
        BaseModel base = models.ready(model);
        try (Tokenizer tokenizer =
                Tokenizer.open(base.tokenizer(artifacts).resolve("tokenizer.json"))) {
            Tokenization tokenization =
                    new Tokenization(tokenizer, regime, Integer.MAX_VALUE, false);
            return new Previews(
                    name,
                    model,
                    regime,
                    Preview.of(dataset.file(artifacts), dataset.format(), tokenization, limit));
        }
    }

    private static Regime regime(String word) {
        return switch (word) {
            case "instruction" -> Regime.INSTRUCTION;
            case "pretraining" -> Regime.PRETRAINING;
            default -> throw new BadParameter("regime", "must be one of instruction, pretraining");
        };
    }
}
