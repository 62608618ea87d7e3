package dev.palimpsest.exports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.background.Piece;
import dev.palimpsest.background.PieceStatus;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.jobs.Checkpoints;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.SomeJobs;
import dev.palimpsest.trainer.ExportForm;
import dev.palimpsest.trainer.ExportedFile;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.worker.ExportEnding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class ExportTurnsTests {
    private static final ExportEnding.Made MADE =
            new ExportEnding.Made(1e-5, null, List.of(new ExportedFile("model.gguf", 4, "abc")));

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired Home home;
    @Autowired Checkpoints checkpoints;
    @Autowired Exports exports;
    @Autowired ExportDesk desk;
    @Autowired ExportTurns turns;
    @Autowired MakeExport makeExport;
    private String experiment;
    private Checkpoint checkpoint;

    @BeforeEach
    void aCheckpoint() throws IOException {
        SomeJobs some = new SomeJobs(context);
        experiment = some.experiment();
        Job job = some.queued(experiment);
        Path folder = home.jobs().resolve(job.id()).resolve("attempt-1/step-1");
        Files.writeString(Files.createDirectories(folder).resolve("model.safetensors"), "text");
        checkpoint =
                new Checkpoint(
                        "ckpt_" + UUID.randomUUID(),
                        job.id(),
                        1,
                        1,
                        0.1,
                        10,
                        "model",
                        false,
                        home.root().relativize(folder).toString(),
                        List.of(new Checkpoint.File("model.safetensors", 4, "abc")),
                        "abc");
        checkpoints.save(checkpoint);
    }

    @Test
    void ofEqualRequestsAtOnceOneIsMade() {
        List<CompletableFuture<ExportDesk.Answer>> requests =
                IntStream.range(0, 8)
                        .mapToObj(
                                _ ->
                                        CompletableFuture.supplyAsync(
                                                () ->
                                                        desk.ask(
                                                                checkpoint.id(),
                                                                new ExportRequest(
                                                                        ExportForm.MERGED, null))))
                        .toList();

        List<ExportDesk.Answer> answers = requests.stream().map(CompletableFuture::join).toList();

        assertThat(answers.stream().map(answer -> answer.export().id()).distinct()).hasSize(1);
        assertThat(answers.stream().filter(ExportDesk.Answer::isNew)).hasSize(1);
        assertThat(
                        database.sql("select count(*) from export_queue where task_instance = :id")
                                .param("id", answers.getFirst().export().id())
                                .query(Integer.class)
                                .single())
                .isEqualTo(1);
    }

    @Test
    void whatAReplacedAttemptWritesIsRefused() throws IOException {
        String id = asked();
        ExportTurns.Attempt lost = turns.begin(id).orElseThrow();
        ExportTurns.Attempt current = turns.begin(id).orElseThrow();
        Path files = Files.createDirectories(home.exports().resolve(id + ".2.part/files"));
        Files.writeString(files.resolve("model.gguf"), "text");

        assertThat(turns.goesOn(lost)).isFalse();
        assertThat(turns.made(lost, MADE, files)).isFalse();
        assertThat(turns.failed(lost, "it was lost", "")).isFalse();
        assertThat(turns.handBack(lost)).isFalse();
        assertThat(turns.made(current, MADE, files)).isTrue();

        assertThat(exports.findById(id).orElseThrow().status()).isEqualTo(PieceStatus.SUCCEEDED);
        assertThat(home.exports().resolve(id).resolve("model.gguf")).hasContent("text");
        assertThat(turns.begin(id)).isEmpty();
    }

    @Test
    void whatWasCancelledMeanwhileIsNotMade() {
        String id = asked();
        ExportTurns.Attempt attempt = turns.begin(id).orElseThrow();

        desk.cancel(id);

        assertThat(turns.goesOn(attempt)).isFalse();
        assertThat(turns.made(attempt, MADE, home.exports().resolve("nowhere"))).isFalse();
        assertThat(home.exports().resolve(id)).doesNotExist();
    }

    @Test
    void theDatabaseRefusesWhatAnExportNeverDoes() {
        String id = asked();
        String moves = "update exports set status = '%s', ended_at = now() where id = '%s'";

        assertThatThrownBy(() -> database.sql(moves.formatted("succeeded", id)).update())
                .isInstanceOf(DataIntegrityViolationException.class);
        desk.cancel(id);
        assertThatThrownBy(
                        () ->
                                database.sql(
                                                "update exports set status = 'queued', ended_at = null where id = '%s'"
                                                        .formatted(id))
                                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void anExportOutlivesItsExperimentOrSaysThatItsCheckpointIsGone() throws Exception {
        String made = asked();
        Path files = Files.createDirectories(home.exports().resolve(made + ".1.part/files"));
        turns.made(turns.begin(made).orElseThrow(), MADE, files);
        String waiting =
                desk.ask(checkpoint.id(), new ExportRequest(ExportForm.GGUF_F16, null))
                        .export()
                        .id();
        database.sql("update jobs set status = 'cancelled' where id = :id")
                .param("id", checkpoint.job())
                .update();

        client.delete()
                .uri("/api/v1/experiments/{id}", experiment)
                .exchange()
                .expectStatus()
                .isNoContent();
        makeExport.run(waiting, () -> false);

        assertThat(exports.findById(made).orElseThrow().status()).isEqualTo(PieceStatus.SUCCEEDED);
        Export failed = exports.findById(waiting).orElseThrow();
        assertThat(failed.failure().map(Piece.Failure::title))
                .hasValue(
                        "checkpoint %s was deleted before its export began"
                                .formatted(checkpoint.id()));
        client.get()
                .uri("/api/v1/checkpoints/{id}/exports", checkpoint.id())
                .exchange()
                .expectBody()
                .jsonPath("$.data.length()")
                .isEqualTo(2);
        assertThat(
                        desk.ask(checkpoint.id(), new ExportRequest(ExportForm.MERGED, null))
                                .export()
                                .id())
                .isEqualTo(made);
    }

    @Test
    void aCheckpointWhoseFilesAreGoneIsRefusedByName() throws IOException {
        Files.delete(home.root().resolve(checkpoint.folder()).resolve("model.safetensors"));

        assertThatThrownBy(
                        () -> desk.ask(checkpoint.id(), new ExportRequest(ExportForm.MERGED, null)))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("file model.safetensors of checkpoint " + checkpoint.id());
    }

    @Test
    void whatBelongsToNoExportIsDeletedAtTheStart() throws IOException {
        String id = asked();
        ExportFolders folders = new ExportFolders(home);
        Files.createDirectories(home.exports().resolve(id + ".1.part/files"));
        Files.createDirectories(home.exports().resolve("export_gone/files"));
        Files.createDirectories(home.exports().resolve("export_gone.2.part"));

        folders.deleteAllBut(exports::existsById);

        assertThat(home.exports().resolve(id + ".1.part")).exists();
        assertThat(home.exports()).isDirectoryNotContaining("glob:**export_gone**");
    }

    private String asked() {
        return desk.ask(checkpoint.id(), new ExportRequest(ExportForm.MERGED, null)).export().id();
    }
}
