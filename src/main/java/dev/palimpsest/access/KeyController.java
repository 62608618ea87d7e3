package dev.palimpsest.access;

import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The keys' HTTP door. */
@Tag(name = "Access", description = "Who may do what, and who did")
@RestController
@RequestMapping("/api/v1/keys")
class KeyController {
    private static final String KEY =
            """
            {"id": "key_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "ci", "scope": "submit", "project": "default", "created_at": "2026-01-01T00:00:00Z",
             "made_by": "administrator", "expires_at": "2027-01-01T00:00:00Z", "revoked_at": null}""";

    private final Keys keys;

    KeyController(Keys keys) {
        this.keys = keys;
    }

    /**
     * A new key.
     *
     * @param key what its owner sends with each request; it is answered this once
     */
    record MadeView(
            String id,
            String name,
            Scope scope,
            String project,
            String key,
            Instant createdAt,
            String madeBy,
            @Nullable Instant expiresAt) {
        static MadeView of(Keys.Made made) {
            Key key = made.key();
            return new MadeView(
                    key.id(),
                    key.name(),
                    key.scope(),
                    key.project(),
                    made.secret().text(),
                    key.createdAt(),
                    key.madeBy(),
                    key.expiresAt());
        }
    }

    @Operation(
            summary = "Make a key",
            description =
                    "Its secret, `key`, is answered this once; only a hash of it is kept. A scope of read looks, submit also runs"
                            + " and changes, administer also says who may. It is of the project that it was made in, and sees no other.")
    @Example(
            request =
                    "{\"name\": \"ci\", \"scope\": \"submit\", \"expires_at\": \"2027-01-01T00:00:00Z\"}",
            response =
                    """
                    {"id": "key_06dgm0e1xhw4t9s8n1p3q5r7vw", "name": "ci", "scope": "submit", "project": "default",
                     "key": "pal_06dgm0e1xhw4t9s8n1p3q5r7vw_fJ2x5y0dH1rYk3Qm8vTz4bWc7nLs9pAaUeGiKoXqR6Q",
                     "created_at": "2026-01-01T00:00:00Z", "made_by": "administrator", "expires_at": "2027-01-01T00:00:00Z"}""")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping
    ResponseEntity<MadeView> make(
            @RequestBody KeyRequest asked,
            @Parameter(hidden = true) @AuthenticationPrincipal Caller caller) {
        Keys.Made made = keys.make(asked, caller);
        return ResponseEntity.created(URI.create("/api/v1/keys/" + made.key().id()))
                .cacheControl(CacheControl.noStore())
                .body(MadeView.of(made));
    }

    @Operation(summary = "List keys", description = "The newest first, those that ended too.")
    @Example(
            response =
                    "{\"data\": ["
                            + KEY
                            + "], \"has_more\": false, \"last_id\": \"key_06dgm0e1xhw4t9s8n1p3q5r7vw\"}")
    @GetMapping
    Page<Key> list(@ParameterObject Paging paging) {
        return keys.page(paging);
    }

    @Operation(
            summary = "Revoke a key",
            description = "It is refused from the next request on, and stays listed.")
    @Example(response = KEY)
    @DeleteMapping("/{id}")
    Key revoke(@PathVariable String id) {
        return keys.revoke(id);
    }
}
