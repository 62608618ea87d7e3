package dev.palimpsest.openai;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.jobs.Status;
import dev.palimpsest.metrics.Metrics;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** Files as clients of the OpenAI API send them. */
@Tag(
        name = "OpenAI",
        description = "The fine-tuning API of OpenAI's clients, on the same models and jobs")
@RestController
@RequestMapping("/v1/files")
class OpenAiFileController {
    private static final int MOST = 10_000;

    private static final String FILE =
            """
            {"id": "file-06dgm0e1xhw4t9s8n1p3q5r7vw", "object": "file", "bytes": 120, "created_at": 1767225600,
             "expires_at": null, "filename": "sums.jsonl", "purpose": "fine-tune", "status": "processed",
             "status_details": null}""";

    private final StoredFiles files;
    private final ListedFiles listed;
    private final FileDesk desk;
    private final Jobs jobs;
    private final Metrics metrics;
    private final Artifacts artifacts;

    OpenAiFileController(
            StoredFiles files,
            ListedFiles listed,
            FileDesk desk,
            Jobs jobs,
            Metrics metrics,
            Artifacts artifacts) {
        this.files = files;
        this.listed = listed;
        this.desk = desk;
        this.jobs = jobs;
        this.metrics = metrics;
        this.artifacts = artifacts;
    }

    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(
            summary = "Send a file to train on",
            description =
                    "JSON Lines of conversations (`messages`, each turn of the assistant with a `weight` of 0 or 1 if it has"
                            + " one) or of `prompt` and `completion`. It is read before the answer and is then a dataset of its"
                            + " id. A file with bad lines is kept with the status error, and status_details names them.")
    @Example(
            request =
                    """
                    {"purpose": "fine-tune", "file": "{\\"prompt\\": \\"1+1=\\", \\"completion\\": \\"2\\"}\\n",
                     "expires_after[anchor]": "created_at", "expires_after[seconds]": "86400"}""",
            response = FILE)
    FileObject send(
            @Parameter(description = "At most palimpsest.largest-upload", required = true)
                    @RequestPart(required = false)
                    @Nullable MultipartFile file,
            @Parameter(description = "fine-tune", required = true) @RequestParam(required = false)
                    @Nullable String purpose,
            @Parameter(description = "created_at")
                    @RequestParam(name = "expires_after[anchor]", required = false)
                    @Nullable String anchor,
            @Parameter(description = "3600 to 2592000")
                    @RequestParam(name = "expires_after[seconds]", required = false)
                    @Nullable String seconds,
            @Parameter(hidden = true) @RequestHeader(name = Retry.HEADER, required = false)
                    @Nullable String retries)
            throws IOException {
        String name = file == null ? null : String.valueOf(file.getOriginalFilename());
        FileForm form = FileForm.of(name, purpose, anchor, seconds);
        return FileObject.of(desk.take(Objects.requireNonNull(file), form, Retry.is(retries)));
    }

    @GetMapping
    @Operation(
            summary = "List files",
            description =
                    "The newest first, those of a job's results (`fine-tune-results`) where the job was made. A page may have fewer than"
                            + " `limit` though `has_more` is true.")
    @Example(
            response =
                    "{\"object\": \"list\", \"data\": ["
                            + FILE
                            + "], \"first_id\": \"file-06dgm0e1xhw4t9s8n1p3q5r7vw\","
                            + " \"last_id\": \"file-06dgm0e1xhw4t9s8n1p3q5r7vw\", \"has_more\": false}")
    Listing<FileObject> list(
            @Parameter(description = "The last id of the page before")
                    @RequestParam(defaultValue = "")
                    String after,
            @RequestParam(defaultValue = "10000") int limit,
            @Parameter(description = "desc or asc") @RequestParam(defaultValue = "desc")
                    String order,
            @Parameter(description = "fine-tune or fine-tune-results")
                    @RequestParam(required = false)
                    @Nullable String purpose) {
        int most = Listing.limit(limit, MOST);
        if (!order.equals("desc") && !order.equals("asc"))
            throw new BadParameter("order", "must be desc or asc");
        return listed.page(purpose, after, order.equals("desc"), most);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Read what is known of a file")
    @Example(response = FILE)
    FileObject get(@PathVariable String id) {
        return ResultFile.isOne(id) ? FileObject.of(results(id)) : FileObject.of(files.named(id));
    }

    @GetMapping("/{id}/content")
    @Operation(
            summary = "Download a file",
            description =
                    "As it was sent; a job's results are CSV: step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy,"
                            + " empty where nothing was measured.")
    @ApiResponse(
            responseCode = "200",
            description = "The bytes",
            content =
                    @Content(
                            mediaType = "application/octet-stream",
                            schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<Resource> content(@PathVariable String id) {
        if (ResultFile.isOne(id)) {
            ResultFile results = results(id);
            return answer(FileObject.of(results), new ByteArrayResource(results.bytes()));
        }
        StoredFile file = files.named(id);
        Path folder = artifacts.verified("files", List.of(file.artifact()));
        return answer(FileObject.of(file), new FileSystemResource(folder.resolve(id)));
    }

    @DeleteMapping("/{id}")
    @Operation(
            summary = "Delete a file",
            description =
                    "With its dataset; refused while a job that has not ended needs it. For a while"
                            + " (palimpsest.retention.deleted) both can be restored.")
    @Example(
            response =
                    "{\"id\": \"file-06dgm0e1xhw4t9s8n1p3q5r7vw\", \"object\": \"file\", \"deleted\": true}")
    FileObject.Deleted delete(@PathVariable String id) throws IOException {
        if (ResultFile.isOne(id))
            throw new Conflict(
                    "%s is what a job measured and goes with its experiment"
                            .formatted(results(id).id()));
        desk.delete(id);
        return new FileObject.Deleted(id, "file", true);
    }

    @PostMapping("/{id}/restore")
    @Operation(
            summary = "Restore a deleted file",
            description = "With its dataset; for administrators, until it is purged.")
    @Example(response = FILE)
    FileObject restore(@PathVariable String id) throws IOException {
        return FileObject.of(desk.restore(id));
    }

    private ResultFile results(String id) {
        return jobs.findById(ResultFile.job(id))
                .filter(job -> job.status() == Status.SUCCEEDED)
                .map(job -> ResultFile.of(job, metrics))
                .orElseThrow(() -> StoredFiles.missing(id));
    }

    /** Whatever was said to be accepted: clients ask for application/binary. */
    private static ResponseEntity<Resource> answer(FileObject file, Resource bytes) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(file.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(bytes);
    }
}
