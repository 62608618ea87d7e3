package dev.palimpsest.background;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.palimpsest.ServiceTest;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ServiceTest
class BackgroundQueueTests {
    private static final String ENTRY =
            """
            insert into some_queue
                (task_name, task_instance, execution_time, picked, consecutive_failures, version)
            values ('some', :id, now() - interval '1 minute', false, :failures, 1)
            """;

    @Autowired BackgroundQueues queues;
    @Autowired JdbcClient database;
    @Autowired TransactionTemplate transaction;
    private final Recorded work = new Recorded();

    @BeforeEach
    void aTable() {
        database.sql("create table some_queue (like import_queue including all)").update();
    }

    @AfterEach
    void noTable() {
        database.sql("drop table some_queue").update();
    }

    @Test
    void whatIsCommittedIsDoneOnce() throws Exception {
        try (BackgroundQueue queue = queues.of("some_queue", 1, true, List.of(work))) {
            queue.start();
            transaction.executeWithoutResult(_ -> queue.enter(new Waiting("some", "kept")));
            transaction.executeWithoutResult(
                    status -> {
                        queue.enter(new Waiting("some", "rolled back"));
                        status.setRollbackOnly();
                    });
            queue.wake(new Waiting("some", "kept"));

            await().atMost(30, SECONDS).until(() -> !work.done.isEmpty() && entries() == 0);
        }
        assertThat(work.prepared).isEqualTo(1);
        assertThat(work.done).containsExactly("kept");
    }

    @Test
    void workOfAnotherQueueIsLeftToIt() {
        try (BackgroundQueue queue = queues.of("some_queue", 1, true, List.of(work))) {
            queue.enter(new Waiting("other", "one"));
        }
        assertThat(entries()).isZero();
    }

    @Test
    void aProcessThatLeavesHandsItsWorkToAnother() throws Exception {
        enter("handed over", 0);
        work.untilAskedToStop = true;
        try (BackgroundQueue first = queues.of("some_queue", 1, true, List.of(work))) {
            first.start();
            assertThat(work.begun.await(30, SECONDS)).isTrue();
            first.leave();
        }
        assertThat(work.done).isEmpty();
        assertThat(entries()).isOne();

        work.untilAskedToStop = false;
        try (BackgroundQueue second = queues.of("some_queue", 1, true, List.of(work))) {
            second.start();
            await().atMost(30, SECONDS).until(() -> work.done.contains("handed over"));
        }
    }

    @Test
    void aProcessThatOnlyQueuesTakesNothing() throws Exception {
        enter("not here", 0);
        try (BackgroundQueue queue = queues.of("some_queue", 1, false, List.of(work))) {
            queue.start();
        }
        assertThat(work.prepared).isZero();
        assertThat(entries()).isOne();
    }

    @Test
    void whatFailsTheThirdTimeIsGivenUp() throws Exception {
        enter("second time", 1);
        enter("third time", 2);
        work.fails = true;
        try (BackgroundQueue queue = queues.of("some_queue", 1, true, List.of(work))) {
            queue.start();
            await().atMost(30, SECONDS)
                    .until(() -> work.failed.size() == 2 && entries() == 1 && failures() == 2);
        }
        assertThat(work.givenUp)
                .containsExactly("third time: java.lang.IllegalStateException: no room");
    }

    private void enter(String id, int failures) {
        database.sql(ENTRY).param("id", id).param("failures", failures).update();
    }

    private int entries() {
        return number("select count(*) from some_queue");
    }

    private int failures() {
        return number("select consecutive_failures from some_queue");
    }

    private int number(String question) {
        return database.sql(question).query(Integer.class).single();
    }

    private static final class Recorded implements Work {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final Queue<String> done = new ConcurrentLinkedQueue<>();
        private final Queue<String> failed = new ConcurrentLinkedQueue<>();
        private final Queue<String> givenUp = new ConcurrentLinkedQueue<>();
        private volatile int prepared;
        private volatile boolean untilAskedToStop;
        private volatile boolean fails;

        @Override
        public String name() {
            return "some";
        }

        @Override
        public void prepare() {
            prepared++;
        }

        @Override
        public Ending run(String id, BooleanSupplier stopping) {
            begun.countDown();
            if (fails) {
                failed.add(id);
                throw new IllegalStateException("no room");
            }
            if (untilAskedToStop) {
                await().atMost(30, SECONDS).until(stopping::getAsBoolean);
                return Ending.HANDED_BACK;
            }
            done.add(id);
            return Ending.OVER;
        }

        @Override
        public void giveUp(String id, Throwable fault) {
            givenUp.add(id + ": " + fault);
        }
    }
}
