package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.ServiceTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class TurnsTests {
    @Autowired ApplicationContext context;
    @Autowired Turns turns;
    @Autowired Jobs jobs;
    @Autowired JdbcClient database;
    private Job job;

    @BeforeEach
    void aQueuedJob() {
        SomeJobs some = new SomeJobs(context);
        job = some.queued(some.experiment());
    }

    @Test
    void aJobIsReadBackAsItWasMoved() {
        Turn turn = turns.begin(job.id(), 1, "worker-1").orElseThrow();
        turns.file(
                turn,
                running ->
                        running.planned(
                                10, 1234, new EpochData(40, 40, 900, 1), List.of("one warning")));
        turns.file(turn, running -> running.reached(4, 400));
        turns.end(turn, new Outcome.Finished(10, 1L << 30));

        Job read = jobs.findById(job.id()).orElseThrow();

        assertThat(read.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(read.spec()).isEqualTo(job.spec());
        assertThat(read.step()).isEqualTo(10);
        assertThat(read.tokens()).isEqualTo(400);
        assertThat(read.totalSteps()).contains(10L);
        assertThat(read.trainableParameters()).contains(1234L);
        assertThat(read.peakBytes()).contains(1L << 30);
        assertThat(read.warnings()).containsExactly("one warning");
    }

    @Test
    void eventsOfAReplacedAttemptAreRefused() {
        Turn first = turns.begin(job.id(), 1, "worker-1").orElseThrow();
        turns.lose(first);
        Turn second = turns.begin(job.id(), 1, "worker-2").orElseThrow();

        assertThatThrownBy(() -> turns.file(first, running -> running.reached(9, 900)))
                .isInstanceOf(Fenced.class);
        assertThatThrownBy(() -> turns.end(first, new Outcome.Cancelled()))
                .isInstanceOf(Fenced.class);

        turns.file(second, running -> running.reached(1, 100));
        assertThat(jobs.findById(job.id()).orElseThrow().step()).isEqualTo(1);
    }

    @Test
    void aWorkerThatFindsTheJobRunningTakesItFromOneThatIsGone() {
        turns.begin(job.id(), 1, "worker-1");

        Turn second = turns.begin(job.id(), 1, "worker-1").orElseThrow();

        assertThat(second.attempt()).isEqualTo(2);
        assertThat(
                        database.sql("select outcome from attempts where job = :id and number = 1")
                                .param("id", job.id())
                                .query(String.class)
                                .single())
                .isEqualTo("lost");
    }

    @Test
    void anEntryOfAnEarlierRoundBeginsNothing() {
        assertThat(turns.begin(job.id(), 2, "worker-1")).isEmpty();
        assertThat(turns.begin("job_gone", 1, "worker-1")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "queued, succeeded",
        "queued, failed",
        "succeeded, queued",
        "succeeded, running",
        "paused, running",
        "succeeded, paused",
        "failed, running",
        "cancelled, succeeded"
    })
    void illegalMovesAreRefusedByTheDatabase(String from, String to) {
        database.sql("alter table jobs disable trigger user").update();
        database.sql("update jobs set status = :from where id = :id")
                .param("from", from)
                .param("id", job.id())
                .update();
        database.sql("alter table jobs enable trigger user").update();

        assertThatThrownBy(
                        () ->
                                database.sql("update jobs set status = :to where id = :id")
                                        .param("to", to)
                                        .param("id", job.id())
                                        .update())
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining(
                        "job %s is %s and cannot become %s".formatted(job.id(), from, to));
    }
}
