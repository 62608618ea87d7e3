package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.evaluation.Contamination;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NeedsState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a dataset gives away of tasks. */
@RestController
@RequestMapping("/api/v1/datasets/{name}/contamination")
@Tag(name = "Datasets")
class ContaminationController {
    private static final int MOST_TASKS = 50;
    private static final int MOST_WORDS = 100;

    private final Datasets datasets;
    private final Tasks tasks;
    private final Artifacts artifacts;

    ContaminationController(Datasets datasets, Tasks tasks, Artifacts artifacts) {
        this.datasets = datasets;
        this.tasks = tasks;
        this.artifacts = artifacts;
    }

    record Overlaps(
            String dataset,
            long documents,
            int words,
            boolean signatures,
            List<Contamination.Report> data) {}

    @NeedsState
    @GetMapping
    @Operation(
            summary = "Look for items of tasks in a dataset",
            description =
                    "A hit is a run of words that a document and an item share, case and punctuation aside,"
                            + " or, where asked for, a function of the same name and parameters. Runs that more than"
                            + " ten items share are no hits. The first ten items found are shown.")
    @Example(
            response =
                    """
                    {"dataset": "questions", "documents": 2, "words": 13, "signatures": false, "data": [
                      {"task": "gsm8k_perplexity", "items": 500, "items_too_short": 0, "items_left_out": 0,
                       "items_hit": 1, "documents_hit": 1, "examples": [
                         {"line": 2, "item": 17, "kind": "words",
                          "text": "Janet’s ducks lay 16 eggs per day. She eats three for breakfast every morning"}]}]}""")
    Overlaps contamination(
            @PathVariable String name,
            @Parameter(
                            description = "A task's name; may be given several times",
                            array =
                                    @ArraySchema(
                                            minItems = 1,
                                            maxItems = MOST_TASKS,
                                            schema = @Schema(type = "string", minLength = 1)))
                    @RequestParam("task")
                    List<String> named,
            @Parameter(
                            description = "How many words in a row are a hit",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "100",
                                            defaultValue = "13"))
                    @RequestParam(defaultValue = "13")
                    int words,
            @Parameter(description = "Whether to compare functions' signatures too, for code")
                    @RequestParam(defaultValue = "false")
                    boolean signatures)
            throws IOException {
        if (words < 1 || words > MOST_WORDS)
            throw new BadParameter("words", "must be a whole number between 1 and " + MOST_WORDS);
        if (named.isEmpty() || named.size() > MOST_TASKS)
            throw new BadParameter("task", "must be given 1 to %d times".formatted(MOST_TASKS));
        Dataset dataset = datasets.ready(name);
        Map<String, Path> items = new LinkedHashMap<>();
        for (String task : named) items.put(task, items(task));
        return new Overlaps(
                name,
                dataset.documents().orElseThrow(),
                words,
                signatures,
                Contamination.of(
                        dataset.file(artifacts),
                        dataset.format(),
                        items,
                        new Contamination.Options(words, signatures)));
    }

    private Path items(String name) {
        RegisteredTask task = tasks.named(name).orElseThrow(() -> TaskController.missing(name));
        return task.contentOr(reason -> new BadParameter("task", reason)).items();
    }
}
