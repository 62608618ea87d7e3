package dev.palimpsest.projects;

import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
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
            {"id": "vision", "created_at": "2026-01-01T00:00:00Z"}""";

    private final Projects projects;

    ProjectController(Projects projects) {
        this.projects = projects;
    }

    record ProjectList(List<Project> data) {}

    @Operation(
            summary = "Make a project",
            description =
                    "A tenant: what its keys make is seen by its keys only. Who runs the service works in it by the header"
                            + " `Palimpsest-Project`, and makes its first key so.")
    @Example(request = "{\"id\": \"vision\"}", response = PROJECT)
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping
    Project make(@RequestBody ProjectRequest asked) {
        return projects.make(asked.id());
    }

    @Operation(summary = "List projects", description = "By id; `default` is always among them.")
    @Example(response = "{\"data\": [" + PROJECT + "]}")
    @GetMapping
    ProjectList list() {
        return new ProjectList(projects.all());
    }
}
