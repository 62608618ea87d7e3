package dev.palimpsest.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.Api;
import dev.palimpsest.ServiceTest;
import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.SomeJobs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import tools.jackson.databind.JsonNode;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class WithdrawnTests {
    private static final String TAKE =
            "update scheduled_tasks set picked = true, picked_by = 'another', version = version + 1 where task_instance like ?";

    @Autowired ApplicationContext context;
    @Autowired RestTestClient client;
    @Autowired JdbcClient database;
    @Autowired DataSource connections;

    @Test
    void aJobIsCancelledAtTheMomentAtWhichAWorkerTakesIt()
            throws SQLException, ExecutionException, InterruptedException {
        SomeJobs jobs = new SomeJobs(context);
        Job job = jobs.queued(jobs.experiment());
        JsonNode cancelled;
        try (Connection worker = connections.getConnection();
                PreparedStatement take = worker.prepareStatement(TAKE);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            worker.setAutoCommit(false);
            take.setString(1, job.id() + "%");
            assertThat(take.executeUpdate()).isEqualTo(1);
            Future<JsonNode> asked =
                    threads.submit(
                            () ->
                                    new Api(client)
                                            .post(
                                                    "jobs/" + job.id() + "/cancel",
                                                    "",
                                                    Api.ANY_SUCCESS));
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(this::somebodyWaits);
            worker.commit();
            cancelled = asked.get();
        }

        assertThat(cancelled.get("status").stringValue()).isEqualTo("cancelled");
        assertThat(
                        database.sql(
                                        "select count(*) from scheduled_tasks where task_instance like ? and picked")
                                .param(job.id() + "%")
                                .query(Long.class)
                                .single())
                .isEqualTo(1);
    }

    private boolean somebodyWaits() {
        return database.sql(
                        "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')")
                .query(Boolean.class)
                .single();
    }
}
