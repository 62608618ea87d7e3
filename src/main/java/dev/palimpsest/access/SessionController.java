package dev.palimpsest.access;

import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Who somebody is to this service, and how a browser signs in. */
@Tag(name = "Access")
@RestController
@RequestMapping("/api/v1/session")
class SessionController {
    private static final String SESSION =
            "{\"caller\": \"key_06dgm0e1xhw4t9s8n1p3q5r7vw\", \"name\": \"ci\", \"scope\": \"submit\", \"project\": \"default\", \"key_wanted\": true}";

    private final Keys keys;
    private final Entrance entrance;

    SessionController(Keys keys, Entrance entrance) {
        this.keys = keys;
        this.entrance = entrance;
    }

    record SessionRequest(String key) {
        @Override
        public String toString() {
            return "SessionRequest";
        }
    }

    /**
     * Who asks.
     *
     * @param project null for those who run the service, who work in any
     * @param keyWanted whether this service asks for keys at all
     */
    record SessionView(
            @Nullable String caller,
            @Nullable String name,
            @Nullable Scope scope,
            @Nullable String project,
            boolean keyWanted) {}

    @Operation(
            summary = "Say who asks",
            description = "Nulls for somebody who sent no key where one is wanted.")
    @Example(response = SESSION)
    @GetMapping
    SessionView get(@Parameter(hidden = true) @AuthenticationPrincipal @Nullable Caller caller) {
        return view(caller);
    }

    @Operation(
            summary = "Sign a browser in",
            description =
                    "Puts the key into a cookie that no script reads and no other site's page can send. Other clients send it as a header.")
    @Example(
            request =
                    "{\"key\": \"pal_06dgm0e1xhw4t9s8n1p3q5r7vw_fJ2x5y0dH1rYk3Qm8vTz4bWc7nLs9pAaUeGiKoXqR6Q\"}",
            response = SESSION)
    @PostMapping
    ResponseEntity<SessionView> signIn(
            @RequestBody SessionRequest asked, HttpServletRequest request) {
        Caller caller =
                keys.holder(asked.key())
                        .orElseThrow(
                                () ->
                                        new ResponseStatusException(
                                                HttpStatus.UNAUTHORIZED, Keys.UNKNOWN));
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header(
                        HttpHeaders.SET_COOKIE,
                        KeyCarrier.cookie(asked.key(), request.isSecure()).toString())
                .body(view(caller));
    }

    @Operation(summary = "Sign a browser out", description = "Takes the cookie back.")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @DeleteMapping
    ResponseEntity<Void> signOut(HttpServletRequest request) {
        return ResponseEntity.noContent()
                .header(HttpHeaders.SET_COOKIE, KeyCarrier.noCookie(request.isSecure()).toString())
                .build();
    }

    private SessionView view(@Nullable Caller caller) {
        return caller == null
                ? new SessionView(null, null, null, null, entrance.isGuarded())
                : new SessionView(
                        caller.id(),
                        caller.name(),
                        caller.scope(),
                        caller.project(),
                        entrance.isGuarded());
    }
}
