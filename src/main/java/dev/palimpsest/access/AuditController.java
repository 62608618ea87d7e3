package dev.palimpsest.access;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit trail's HTTP door. */
@Tag(name = "Access")
@RestController
class AuditController {
    private final AuditEntries entries;

    AuditController(AuditEntries entries) {
        this.entries = entries;
    }

    @Operation(
            summary = "List who did what",
            description =
                    "Every request that asks for a change, refused ones too, the newest first; points that are told of a training"
                            + " elsewhere are left out.")
    @Example(
            response =
                    """
                    {"data": [{"id": "audit_06dgm0e1xhw4t9s8n1p3q5r7vw", "at": "2026-01-01T00:00:00Z", "caller": "key_06dgm0e1xhw4t9s8n1p3q5r7vx",
                               "name": "ci", "method": "POST", "path": "/api/v1/jobs", "status": 202,
                               "made": "/api/v1/jobs/job_06dgm0e1xhw4t9s8n1p3q5r7vy", "request": "req_06dgm0e1xhw4t9s8n1p3q5r7vz",
                               "address": "10.0.3.7"}],
                     "has_more": true, "last_id": "audit_06dgm0e1xhw4t9s8n1p3q5r7vw"}""")
    @GetMapping("/api/v1/audit")
    Page<AuditEntry> list(
            @Parameter(description = "Only what this key, subject, `local` or `nobody` did")
                    @RequestParam(required = false)
                    @Nullable String caller,
            @ParameterObject Paging paging) {
        return entries.page(caller, paging);
    }
}
