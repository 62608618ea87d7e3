package dev.palimpsest.report;

import dev.palimpsest.analysis.ScoredBy;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The report by HTTP. */
@Tag(name = "Analysis")
@RestController
class ReportController {
    private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);
    private static final MediaType MARKDOWN =
            new MediaType("text", "markdown", StandardCharsets.UTF_8);

    /** Whatever it is made of, a browser runs and loads nothing for it. */
    private static final String NOTHING_BUT_ITSELF =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private final Reports reports;
    private final Pages pages;

    ReportController(Reports reports, Pages pages) {
        this.reports = reports;
        this.pages = pages;
    }

    @Operation(
            summary = "Read the report of an experiment",
            description =
                    "One file that loads nothing else: the question, what it was made of with hashes and versions, recommendation,"
                            + " a verdict for each of the paper's claims, figures, tables with intervals, what was not measured, and"
                            + " the requests that make it again. As HTML, or as Markdown by `format=markdown` or by Accept.")
    @Example(response = "\"<!DOCTYPE html>…\"")
    @GetMapping(
            value = "/api/v1/experiments/{id}/report",
            produces = {"text/html;charset=UTF-8", "text/markdown;charset=UTF-8"})
    ResponseEntity<byte[]> report(
            @PathVariable String id,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"html", "markdown"}))
                    @RequestParam(required = false)
                    @Nullable String format,
            ScoredBy by,
            @Parameter(hidden = true) @RequestHeader(required = false) @Nullable String accept) {
        boolean markdown = isMarkdown(format, accept);
        Report report = reports.of(id, by);
        return ResponseEntity.ok()
                .contentType(markdown ? MARKDOWN : HTML)
                .header("Content-Security-Policy", NOTHING_BUT_ITSELF)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .body(
                        (markdown ? pages.markdown(report) : pages.html(report))
                                .getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isMarkdown(@Nullable String format, @Nullable String accept) {
        if (format != null)
            return switch (format) {
                case "html" -> false;
                case "markdown" -> true;
                default -> throw new BadParameter("format", "must be one of html, markdown");
            };
        List<MediaType> wanted = MediaType.parseMediaTypes(accept);
        return wanted.stream()
                .anyMatch(type -> type.isCompatibleWith(MARKDOWN) && type.isConcrete());
    }
}
