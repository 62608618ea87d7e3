package dev.palimpsest.archive;

import dev.palimpsest.home.Home;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.NeedsState;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.FileSystemUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Whole experiments out and in, by HTTP. */
@Tag(name = "Experiments")
@RestController
@RequestMapping("/api/v1/experiments")
class ArchiveController {
    private static final String ZIP = "application/zip";

    private final WriteArchive write;
    private final TakeArchive take;
    private final Home home;

    ArchiveController(WriteArchive write, TakeArchive take, Home home) {
        this.write = write;
        this.take = take;
        this.home = home;
    }

    @Operation(
            summary = "Download an experiment as one archive",
            description =
                    "A zip of JSON Lines, a member a table: the experiment, its sweeps, jobs with specs and attempts, checkpoints,"
                            + " metrics, evaluations with their items, scores and spectra, as they are at one moment; the"
                            + " names and sums of the base model, datasets and tasks; and a manifest with each"
                            + " member's SHA-256, written last. With weights=true the checkpoints' adapters and models are"
                            + " in it too, without what is only needed to go on training. Logs are not. It is made while"
                            + " it is sent. Refused while a job has not ended.")
    @ApiResponse(
            responseCode = "200",
            description = "The archive",
            content =
                    @Content(mediaType = ZIP, schema = @Schema(type = "string", format = "binary")))
    @NeedsState
    @GetMapping("/{id}/archive")
    void archive(
            @PathVariable String id,
            @Parameter(description = "Whether the checkpoints' weights are wanted too")
                    @RequestParam(defaultValue = "false")
                    boolean weights,
            HttpServletResponse response)
            throws IOException {
        write.prepare(id, weights);
        response.setContentType(ZIP);
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                ContentDisposition.attachment().filename(id + ".zip").build().toString());
        write.write(id, weights, response.getOutputStream());
    }

    @Operation(
            summary = "Take an experiment in from an archive",
            description =
                    "All of it under new ids, or nothing. Its jobs are records: they have ended, no worker takes them and"
                            + " nothing moves them; analyses answer what they did where it was made. `limits` says what"
                            + " cannot be done here, such as for want of the base model. What was scored elsewhere is"
                            + " never taken for a score computed here. An archive of another version of the format, or"
                            + " one that differs from its manifest, is refused.")
    @Example(
            request = "{\"file\": \"exp_06dgm0e1xhw4t9s8n1p3q5r7vw.zip\"}",
            response =
                    """
                    {"experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vz", "origin": "exp_06dgm0e1xhw4t9s8n1p3q5r7vw",
                     "base_model": "palimpsest-mini", "jobs": {"job_06dgm0e1xhw4t9s8n1p3q5r7vw": "job_06dgm0e1xhw4t9s8n1p3q5r7vz"},
                     "checkpoints": 4, "evaluations": 10, "limits": []}""")
    @ResponseStatus(HttpStatus.CREATED)
    @PostMapping(path = "/import", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<Imported> take(
            @Parameter(description = "At most palimpsest.largest-upload", required = true)
                    @RequestPart(required = false)
                    @Nullable MultipartFile file)
            throws IOException {
        new Faults().require(file != null, "/file", "is required").raise();
        Path folder = Files.createTempDirectory(home.root(), ".archive-");
        try {
            Path archive = folder.resolve("archive.zip");
            Objects.requireNonNull(file).transferTo(archive);
            Imported imported = take.take(archive);
            return ResponseEntity.created(
                            URI.create("/api/v1/experiments/" + imported.experiment()))
                    .body(imported);
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
    }
}
