package dev.palimpsest.catalog;

import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Tasks by HTTP. */
@RestController
@RequestMapping("/api/v1/tasks")
@Tag(name = "Tasks", description = "What models are scored on")
class TaskController {
    private static final String TASK =
            """
            {"name": "gsm8k_arithmetic", "version": 1,
             "description": "The result of the first calculation in a worked answer",
             "kind": "generate_and_match", "metric": "exact_match", "score_kind": "accuracy",
             "higher_is_better": true, "items": 1200,
             "data_hash": "3f1a0b1c7d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcd",
             "source": "GSM8K test split, OpenAI", "licence": "MIT",
             "files": [{"name": "gsm8k_test.jsonl",
                        "sha256": "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14"}],
             "few_shot": 0, "convention": "lm_eval", "unavailable": null, "built_in": true, "definition": null}""";

    private static final String DEFINITION =
            """
            {"name": "ticket_team", "description": "Which team a ticket goes to", "licence": "ours",
             "dataset": "tickets", "few_shot": 4, "exemplar_dataset": "old-tickets",
             "mechanism": {"type": "multiple_choice", "context": "Ticket: {{text}}\\nTeam:",
                           "options": ["billing", "hardware", "network"], "answer": "{{team}}"}}""";

    private static final String DEFINED =
            """
            {"name": "ticket_team", "version": 1, "description": "Which team a ticket goes to",
             "kind": "multiple_choice", "metric": "acc", "score_kind": "accuracy",
             "higher_is_better": true, "items": 350,
             "data_hash": "91b1c2d3e4f5a6978899aabbccddeeff00112233445566778899aabbccddeeff",
             "source": "the dataset tickets", "licence": "ours",
             "files": [{"name": "tickets",
                        "sha256": "0f343b0931126a20f133d67c2b018a3b1b7d6b9f3e2c6e6dfd4b2c1f4f0a7c11"}],
             "few_shot": 4, "convention": "lm_eval", "unavailable": null, "built_in": false,
             "definition":"""
                    + DEFINITION
                    + "}";

    private final Tasks tasks;
    private final TaskDesk desk;

    TaskController(Tasks tasks, TaskDesk desk) {
        this.tasks = tasks;
        this.desk = desk;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Define a task over a dataset",
            description =
                    "Each row is an item, asked by one of the mechanisms: multiple_choice, schema, perplexity,"
                            + " generate_and_match, generate_and_run. Texts are Jinja2 templates over the row's columns,"
                            + " as in lm-evaluation-harness; a column whose name is no word is row[\"its name\"]. Every"
                            + " row is tried before the answer. A task is never changed; a bad one is deleted.")
    @Example(request = DEFINITION, response = DEFINED)
    ResponseEntity<TaskView> define(@RequestBody TaskDefinition definition) throws IOException {
        TaskView task = TaskView.of(desk.define(definition));
        return ResponseEntity.created(URI.create("/api/v1/tasks/" + task.name())).body(task);
    }

    @GetMapping
    @Operation(summary = "List tasks by name")
    @Example(
            response =
                    "{\"data\": ["
                            + TASK
                            + "], \"has_more\": false, \"last_id\": \"gsm8k_arithmetic\"}")
    Page<TaskView> list(Paging paging) {
        String after = paging.after() == null ? "" : paging.after();
        List<RegisteredTask> rows =
                tasks.all().stream()
                        .filter(task -> task.name().compareTo(after) > 0)
                        .limit(paging.limit() + 1L)
                        .toList();
        return Page.of(rows, paging.limit(), RegisteredTask::name).map(TaskView::of);
    }

    @GetMapping("/{name}")
    @Operation(summary = "Get a task")
    @Example(response = TASK)
    TaskView get(@PathVariable String name) {
        return tasks.named(name).map(TaskView::of).orElseThrow(() -> missing(name));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Delete a task of one's own that nothing uses",
            description = "Its scores stay.")
    void delete(@PathVariable String name) {
        desk.delete(name);
    }

    static NotFound missing(String name) {
        return new NotFound(
                "there is no task '%s'; GET /api/v1/tasks lists those there are".formatted(name));
    }
}
