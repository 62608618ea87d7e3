package dev.palimpsest.projects;

import dev.palimpsest.web.EditTag;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The projects' HTTP door, for those who run the service. */
@Tag(name = "Access", description = "Who may do what, and who did")
@RestController
@RequestMapping("/api/v1/projects")
class ProjectController {
    private static final String PROJECT =
            """
            {"id": "vision", "weight": 2.0, "quotas": {"running_jobs": 4, "device_seconds": 864000, "storage_bytes": null},
             "use": {"running_jobs": 1, "device_seconds": 120350, "storage_bytes": 73400320}, "created_at": "2026-01-01T00:00:00Z"}""";

    private final Projects projects;
    private final Bounds bounds;

    ProjectController(Projects projects, Bounds bounds) {
        this.projects = projects;
        this.bounds = bounds;
    }

    record ProjectList(List<ProjectView> data) {}

    @Operation(
            summary = "Make a project",
            description =
                    "A tenant: what its keys make is seen by its keys only. Who runs the service works in it by the header"
                            + " `Palimpsest-Project`, and makes its first key so.")
    @Example(request = "{\"id\": \"vision\"}", response = PROJECT)
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping
    ResponseEntity<ProjectView> make(@RequestBody ProjectRequest asked) {
        return answer(HttpStatus.CREATED, projects.make(asked.id()));
    }

    @Operation(summary = "List projects", description = "By id; `default` is always among them.")
    @Example(response = "{\"data\": [" + PROJECT + "]}")
    @GetMapping
    ProjectList list() {
        return new ProjectList(projects.all().stream().map(this::view).toList());
    }

    @Operation(
            summary = "Read a project",
            description = "Its quotas, and what it has of them. Its ETag is what If-Match wants.")
    @Example(response = PROJECT)
    @GetMapping("/{id}")
    ResponseEntity<ProjectView> get(@PathVariable String id) {
        return answer(HttpStatus.OK, projects.named(id));
    }

    @Operation(
            summary = "Edit a project",
            description =
                    "Its weight, by which waiting projects share the devices, and its quotas, all of them at once: one that is"
                            + " left out is none. A further job than `running_jobs` waits; once `device_seconds` within 30 days or"
                            + " `storage_bytes` are used up, what would take more is answered with 403, and what runs goes on."
                            + " With If-Match only if nobody else edited it since.")
    @Example(
            request =
                    "{\"weight\": 2, \"quotas\": {\"running_jobs\": 4, \"device_seconds\": 864000}}",
            response = PROJECT)
    @PatchMapping("/{id}")
    ResponseEntity<ProjectView> edit(
            @PathVariable String id,
            @RequestBody ProjectEdit edit,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        projects.edit(id, edit, ifMatch);
        return get(id);
    }

    private ProjectView view(Project project) {
        return ProjectView.of(project, bounds.use(project));
    }

    private ResponseEntity<ProjectView> answer(HttpStatus status, Project project) {
        return ResponseEntity.status(status)
                .eTag(new EditTag(project.version()).text())
                .body(view(project));
    }
}
