package dev.palimpsest.metrics;

import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.stream.Collectors;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The logs' HTTP door. */
@Tag(name = "Metrics")
@RestController
class LogController {
    private static final int WHOLE_LOG = 100_000;

    private final Logs logs;
    private final Jobs jobs;

    LogController(Logs logs, Jobs jobs) {
        this.logs = logs;
        this.jobs = jobs;
    }

    @Operation(
            summary = "Read a job's log",
            description =
                    "What its trainers wrote to standard error, as text with `Accept: text/plain`, else a list. Of each attempt the first 1,000 and the last 9,000 lines are kept.")
    @Example(
            response =
                    """
                    {"data": [{"attempt": 1, "number": 1, "line": "449 steps an epoch"}], "has_more": true, "last_id": "1.1"}""")
    @GetMapping(
            path = "/api/v1/jobs/{id}/logs",
            produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.TEXT_PLAIN_VALUE})
    ResponseEntity<?> read(
            @PathVariable String id,
            @Parameter(hidden = true) @RequestHeader(name = "Accept", defaultValue = "*/*")
                    String accept,
            @ParameterObject Paging paging) {
        jobs.requireThere(id);
        return MediaType.parseMediaTypes(accept)
                        .getFirst()
                        .equalsTypeAndSubtype(MediaType.TEXT_PLAIN)
                ? ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(text(id))
                : ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(page(id, paging));
    }

    private String text(String id) {
        return logs.read(id, 0, 0, WHOLE_LOG).stream()
                .map(entry -> entry.line() + "\n")
                .collect(Collectors.joining());
    }

    private Page<Logs.Entry> page(String id, Paging paging) {
        List<Integer> after = after(paging.after() == null ? "0.0" : paging.after());
        return Page.of(
                logs.read(id, after.getFirst(), after.getLast(), paging.limit() + 1),
                paging.limit(),
                entry -> entry.attempt() + "." + entry.number());
    }

    private static List<Integer> after(String text) {
        if (!text.matches("\\d{1,8}\\.\\d{1,8}"))
            throw new BadParameter("after", "must be the last_id of the page before");
        int dot = text.indexOf('.');
        return List.of(
                Integer.parseInt(text.substring(0, dot)),
                Integer.parseInt(text.substring(dot + 1)));
    }
}
