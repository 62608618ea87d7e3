package dev.palimpsest.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.spec.Guard;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobTests {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Job job = Job.submitted("job_1", SomeJobs.spec("exp_1"), "tiny", NOW);

    @Test
    void aJobWhoseWorkerDiedGoesBackToTheQueue() {
        job.begin("worker-1", NOW);

        job.end(new Outcome.Lost("worker-1 stopped answering"), NOW);

        assertThat(job.status()).isEqualTo(Status.QUEUED);
        assertThat(job.attempts().get(1).outcome()).isEqualTo("lost");
        assertThat(job.attempts().get(1).reason()).isEqualTo("worker-1 stopped answering");
    }

    @Test
    void theThirdFaultOfAMachineIsTheLast() {
        for (int i = 0; i < 3; i++) {
            job.begin("worker-1", NOW);
            job.end(new Outcome.Failed("the trainer was killed", "the last lines", true), NOW);
        }

        assertThat(job.status()).isEqualTo(Status.FAILED);
        assertThat(job.errorTitle()).contains("the trainer was killed; given up after 3 attempts");
        assertThat(job.errorDetail()).contains("the last lines");
    }

    @Test
    void aJobThatSavesACheckpointBetweenFaultsGoesOnForever() {
        for (int i = 0; i < 10; i++) {
            job.begin("worker-1", NOW);
            job.saved();
            job.end(new Outcome.Failed("the trainer was killed", "", true), NOW);
        }

        assertThat(job.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aFaultOfTheSpecIsFinal() {
        job.begin("worker-1", NOW);

        job.end(new Outcome.Failed("the loss is not a number", "", false), NOW);

        assertThat(job.status()).isEqualTo(Status.FAILED);
        assertThat(job.attempt()).isEqualTo(1);
    }

    @Test
    void aJobHandedBackHasCostNoAttempt() {
        for (int i = 0; i < 10; i++) {
            job.begin("worker-1", NOW);
            job.end(new Outcome.HandedBack("the worker was stopped"), NOW);
        }

        assertThat(job.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aGuardsPauseOutlivesTheWorkerThatWasToDoIt() {
        job.begin("worker-1", NOW);
        job.guarded(act(Guard.Action.PAUSE, 6), NOW);

        job.end(new Outcome.Lost("worker-1 stopped answering"), NOW);

        assertThat(job.status()).isEqualTo(Status.PAUSED);
        assertThat(job.warnings()).containsExactly("forgetting was 0.06");
    }

    @Test
    void aGuardPausesNoJobThatIsToBeCancelled() {
        job.begin("worker-1", NOW);
        job.cancel(NOW);

        job.guarded(act(Guard.Action.PAUSE, 6), NOW);

        assertThat(job.pauseRequested()).isFalse();
        assertThat(job.wish()).isEqualTo(Wish.CANCEL);
    }

    @Test
    void whatAGuardDidBeyondTheStepThatTheRunWentBackToIsNoLongerSo() {
        job.begin("worker-1", NOW);
        job.guarded(act(Guard.Action.PAUSE, 6), NOW);

        job.wentBack(6, 60, "the loss leapt");
        assertThat(job.guarded()).isPresent();
        job.wentBack(5, 50, "the loss leapt");

        assertThat(job.guarded()).isEmpty();
    }

    private static Guarded act(Guard.Action action, long step) {
        return new Guarded(
                new Guard.Forgetting(0.05, action),
                step,
                List.of(new Guarded.Value(step, 0.06)),
                "forgetting was 0.06",
                null,
                null);
    }

    @Test
    void aRunningJobIsCancelledOnceItsTrainerHasEnded() {
        job.begin("worker-1", NOW);
        job.cancel(NOW);
        assertThat(job.status()).isEqualTo(Status.RUNNING);
        assertThat(job.cancelRequested()).isTrue();

        job.end(new Outcome.Cancelled(), NOW);

        assertThat(job.status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void aJobToBeCancelledWhoseWorkerDiedIsCancelled() {
        job.begin("worker-1", NOW);
        job.cancel(NOW);

        job.end(new Outcome.Lost("worker-1 stopped answering"), NOW);

        assertThat(job.status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void aRetryBeginsANewRoundWithAllItsAttempts() {
        job.cancel(NOW);

        job.retry();

        assertThat(job.status()).isEqualTo(Status.QUEUED);
        assertThat(job.round()).isEqualTo(2);
        assertThat(job.cancelRequested()).isFalse();
    }

    @Test
    void whatAReplacedAttemptWritesIsRefused() {
        job.begin("worker-1", NOW);
        job.end(new Outcome.Lost("worker-1 stopped answering"), NOW);
        job.begin("worker-2", NOW);

        assertThatThrownBy(() -> job.admit(1))
                .isInstanceOf(Fenced.class)
                .hasMessageContaining("what attempt 1 wrote is refused");
    }

    @Test
    void anEndedJobCannotBeCancelledAndARunningOneNotRetried() {
        job.begin("worker-1", NOW);
        assertThatThrownBy(job::retry).isInstanceOf(IllegalMove.class);
        job.end(new Outcome.Finished(10, 1), NOW);

        assertThatThrownBy(() -> job.cancel(NOW))
                .isInstanceOf(IllegalMove.class)
                .hasMessage(
                        "job job_1 is succeeded, and a job in that status cannot cancel; it is done");
    }

    @Test
    void aQueuedJobIsPausedAtOnceAndARunningOneOnceItsTrainerHasEnded() {
        job.pause(NOW);
        assertThat(job.status()).isEqualTo(Status.PAUSED);
        job.resume();
        assertThat(job.round()).isEqualTo(2);

        job.begin("worker-1", NOW);
        job.pause(NOW);
        assertThat(job.status()).isEqualTo(Status.RUNNING);
        assertThat(job.pauseRequested()).isTrue();

        job.end(new Outcome.Paused(null), NOW);

        assertThat(job.status()).isEqualTo(Status.PAUSED);
        assertThat(job.pauseRequested()).isFalse();
        assertThat(job.endedAt()).isEmpty();
    }

    @Test
    void aPauseThatWasTakenBackEndsInTheQueue() {
        job.begin("worker-1", NOW);
        job.pause(NOW);
        job.resume();

        job.end(new Outcome.Paused(null), NOW);

        assertThat(job.status()).isEqualTo(Status.QUEUED);
    }

    @Test
    void aJobToBePausedWhoseWorkerDiedIsPaused() {
        job.begin("worker-1", NOW);
        job.pause(NOW);

        job.end(new Outcome.Lost("worker-1 stopped answering"), NOW);

        assertThat(job.status()).isEqualTo(Status.PAUSED);
    }

    @Test
    void aCancelPrevailsOverAPause() {
        job.begin("worker-1", NOW);
        job.pause(NOW);
        job.cancel(NOW);
        assertThat(job.wish()).isEqualTo(Wish.CANCEL);
        assertThatThrownBy(() -> job.pause(NOW)).hasMessageContaining("about to be cancelled");

        job.end(new Outcome.Paused(null), NOW);

        assertThat(job.status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void aRefusedMoveSaysWhatIsAllowed() {
        assertThatThrownBy(job::resume)
                .hasMessageEndingWith("cannot resume; it can pause or cancel");
        job.pause(NOW);
        assertThatThrownBy(() -> job.pause(NOW))
                .hasMessageEndingWith("cannot pause; it can resume or cancel");
        job.cancel(NOW);
        assertThatThrownBy(() -> job.pause(NOW)).hasMessageEndingWith("cannot pause; it can retry");
    }
}
