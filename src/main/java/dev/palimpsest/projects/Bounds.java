package dev.palimpsest.projects;

import dev.palimpsest.web.OverQuota;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Holds projects to their quotas: asked by whatever makes something, of the project that its thread
 * works in. The service's own work is in none, and goes on.
 */
@Component
public class Bounds {
    private static final String RUNNING =
            "select count(*) from scheduled_tasks where picked and task_name = 'job' and project = :project";

    private static final String SECONDS =
            """
            select coalesce(sum(seconds), 0) from (
                select seconds from device_use where project = :project and day > (now() at time zone 'UTC')::date - 30
                union all
                select seconds_of_a_turn(picked_at) from scheduled_tasks where picked and project = :project) turns
            """;

    private static final String BYTES =
            """
            select coalesce(sum(bytes), 0) from (
                select sum(bytes) as bytes from checkpoints where project = :project and present
                union all select sum(bytes) from exports where project = :project
                union all select sum(bytes) from base_models where project = :project
                union all select sum(bytes) from datasets where project = :project
                union all select sum(bytes) from openai_files where project = :project) kept
            """;

    private final JdbcClient database;
    private final Projects projects;

    Bounds(JdbcClient database, Projects projects) {
        this.database = database;
        this.projects = projects;
    }

    /**
     * @throws OverQuota if the project has had the devices for as long as it may
     */
    public void requireTime() {
        here().ifPresent(
                        project -> {
                            Long most = project.quotas().deviceSeconds();
                            if (most == null) return;
                            long had = asked(SECONDS, project);
                            if (had < most) return;
                            throw new OverQuota(
                                    "project '%s' has had %d of its quota of %d device_seconds within 30 days; what runs goes on, and more is taken on when older use has passed or the quota is raised"
                                            .formatted(project.id(), had, most));
                        });
    }

    /**
     * @param bytes that are to be kept in addition, as far as that is known
     * @throws OverQuota if the project keeps too much for that
     */
    public void requireRoom(long bytes) {
        here().ifPresent(
                        project -> {
                            Long most = project.quotas().storageBytes();
                            if (most == null) return;
                            long kept = kept(project);
                            if (kept < most && bytes <= most - kept) return;
                            throw new OverQuota(
                                    "project '%s' keeps %d of its quota of %d storage_bytes, and this would add %s; delete models, datasets, exports or experiments and purge them by DELETE /api/v1/storage/deleted, or raise the quota"
                                            .formatted(
                                                    project.id(),
                                                    kept,
                                                    most,
                                                    bytes == 0 ? "to them" : bytes + " more"));
                        });
    }

    /** What has to happen before another job of the project can begin, if anything. */
    public Optional<String> full() {
        return here().filter(
                        project -> {
                            Integer most = project.quotas().runningJobs();
                            return most != null && asked(RUNNING, project) >= most;
                        })
                .map(
                        project ->
                                "a job of its project ends; %d may run at a time, by the quota running_jobs"
                                        .formatted(project.quotas().runningJobs()));
    }

    /** Of any project, whatever the asking thread works in. */
    Use use(Project project) {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            return new Use(
                    Math.toIntExact(asked(RUNNING, project)),
                    asked(SECONDS, project),
                    asked(BYTES, project));
        }
    }

    /** What was deleted lies there until it is purged. */
    private long kept(Project project) {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            return asked(BYTES, project);
        }
    }

    private Optional<Project> here() {
        return Optional.ofNullable(CurrentProject.ofThread()).flatMap(projects::find);
    }

    private long asked(String question, Project project) {
        return database.sql(question)
                .param("project", project.id())
                .query(Double.class)
                .single()
                .longValue();
    }
}
