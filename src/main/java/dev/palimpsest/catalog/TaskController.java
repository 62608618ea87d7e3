package dev.palimpsest.catalog;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.NotFound;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
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
             "few_shot": 0, "convention": "lm_eval", "unavailable": null, "built_in": true}""";

    private final Tasks tasks;

    TaskController(Tasks tasks) {
        this.tasks = tasks;
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

    static NotFound missing(String name) {
        return new NotFound(
                "there is no task '%s'; GET /api/v1/tasks lists those there are".formatted(name));
    }
}
