package dev.palimpsest.metrics;

import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.Measure;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.web.NotFound;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** Every score, each kept once, and where in which job's life it stands. */
@Component
public class Evaluations {
    /** A score as a trainer computed it. */
    public record Scored(
            String id,
            String fingerprint,
            String model,
            String task,
            Convention convention,
            Map<String, Measure> metrics,
            List<ItemResult> items) {}

    private static final int ITEMS_A_PAGE = 100;
    private static final TypeReference<Map<String, Measure>> MEASURES = new TypeReference<>() {};
    private static final TypeReference<List<ItemResult>> ITEMS = new TypeReference<>() {};

    private static final String SAVE =
            """
            insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)
            values (?, ?, ?, ?, ?, cast(? as jsonb), ?, ?) on conflict (fingerprint) do nothing
            """;

    private static final String SAMPLED =
            """
            select je.job, je.step, je.task, e.metrics from evaluations e
            join job_evaluations je on je.evaluation = e.id join jobs j on j.id = je.job
            where jsonb_exists(e.metrics, 'distinct') and j.experiment = :experiment
            """;

    private static final String SAVE_ITEMS =
            "insert into evaluation_items (evaluation, page, items) values (?, ?, ?)";

    private static final String PLACE =
            """
            insert into job_evaluations (job, step, task, evaluation)
            select ?, ?, task, id from evaluations where fingerprint = ? on conflict do nothing
            """;

    /** A score that was computed here takes the place of one that was measured elsewhere. */
    private static final String TAKE_PLACE =
            """
            update job_evaluations je set evaluation = scored.id
            from evaluations scored, evaluations stands
            where je.job = ? and je.step = ? and scored.fingerprint = ? and je.task = scored.task
              and stands.id = je.evaluation and stands.measured = 'external'
            """;

    private static final String SAVE_TOLD =
            """
            insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at, measured)
            values (?, ?, ?, ?, ?, cast(? as jsonb), 0, ?, 'external') on conflict (fingerprint) do nothing
            """;

    private static final String TOLD_STEPS =
            """
            select distinct je.job, je.step from evaluations e
            join job_evaluations je on je.evaluation = e.id join jobs j on j.id = je.job
            where e.measured = 'external' and j.experiment = :experiment
            """;

    private static final String OF_JOBS =
            """
            select e.*, je.job, je.step, c.id as checkpoint from job_evaluations je
            join evaluations e on e.id = je.evaluation
            left join checkpoints c on c.job = je.job and c.step = je.step
            where je.job = any(:jobs) order by je.job, je.step, e.task
            """;

    /** A score belongs to nobody: whoever sees a job or scoring that has it sees it. */
    private static final String SEEN =
            """
            select * from evaluations e where id = :id
            and (exists (select from job_evaluations je join jobs j on j.id = je.job where je.evaluation = e.id)
                 or exists (select from scoring_evaluations se join scorings s on s.id = se.scoring where se.evaluation = e.id))
            """;

    private static final String PAGES =
            """
            select items from evaluation_items
            where evaluation = :evaluation and page between :first and :last order by page
            """;

    private static final String DELETE_ORPHANS =
            """
            delete from evaluations e
            where not exists (select from job_evaluations je where je.evaluation = e.id)
            and not exists (select from scoring_evaluations se where se.evaluation = e.id)
            """;

    private static final String FORGET_AFTER =
            "delete from job_evaluations where job = ? and step > ?";

    private final JdbcTemplate template;
    private final JdbcClient database;
    private final Clock clock;

    Evaluations(JdbcTemplate template, Clock clock) {
        this.template = template;
        this.database = JdbcClient.create(template);
        this.clock = clock;
    }

    /** Keeps a score, unless an equal one is kept already, and places it in the job's life. */
    public void file(String job, long step, Scored scored) {
        keep(scored);
        place(job, step, scored.fingerprint());
    }

    /** Keeps a score, unless an equal one is kept already; who asked for it places it. */
    public void keep(Scored scored) {
        int saved =
                template.update(
                        SAVE,
                        scored.id(),
                        scored.fingerprint(),
                        scored.model(),
                        scored.task(),
                        scored.convention().name().toLowerCase(Locale.ROOT),
                        Binder.JSON.writeValueAsString(scored.metrics()),
                        scored.items().size(),
                        Timestamp.from(clock.instant()));
        if (saved > 0) saveItems(scored);
    }

    /** The id of the score with this fingerprint, if it is kept. */
    public Optional<String> idOf(String fingerprint) {
        return database.sql("select id from evaluations where fingerprint = :fingerprint")
                .param("fingerprint", fingerprint)
                .query(String.class)
                .optional();
    }

    /** A score as a job's owner measured it elsewhere: of no items that are known here. */
    public record Told(
            String id,
            String model,
            String task,
            Convention convention,
            Map<String, Measure> metrics) {
        /** Of its place, as nothing is known of what it depends on. */
        private String fingerprint(String job, long step) {
            return Sha256.of("%s\n%d\n%s\nmeasured elsewhere".formatted(job, step, task));
        }
    }

    /** Places a score that was measured elsewhere, unless one stands there already. */
    public void file(String job, long step, Told told) {
        String fingerprint = told.fingerprint(job, step);
        template.update(
                SAVE_TOLD,
                told.id(),
                fingerprint,
                told.model(),
                told.task(),
                told.convention().name().toLowerCase(Locale.ROOT),
                Binder.JSON.writeValueAsString(told.metrics()),
                Timestamp.from(clock.instant()));
        template.update(PLACE, job, step, fingerprint);
    }

    /** A score of a task that draws several samples of each problem. */
    public record Sampled(String job, long step, String task, Map<String, Measure> metrics) {}

    /** All of an experiment's jobs; step 0 is the base model. */
    public List<Sampled> sampledOf(String experiment) {
        return database.sql(SAMPLED)
                .param("experiment", experiment)
                .query(
                        (row, _) ->
                                new Sampled(
                                        row.getString("job"),
                                        row.getLong("step"),
                                        row.getString("task"),
                                        Binder.JSON.readValue(row.getString("metrics"), MEASURES)))
                .list();
    }

    /** A step of a job. */
    public record Step(String job, long step) {}

    /** The steps of an experiment's jobs at which a score was measured elsewhere. */
    public Set<Step> toldOf(String experiment) {
        return Set.copyOf(
                database.sql(TOLD_STEPS)
                        .param("experiment", experiment)
                        .query((row, _) -> new Step(row.getString("job"), row.getLong("step")))
                        .list());
    }

    /** Places a score that is kept already; answers whether there was one. */
    public boolean place(String job, long step, String fingerprint) {
        if (template.update(TAKE_PLACE, job, step, fingerprint) > 0)
            template.update("delete from step_scores where job = ? and step = ?", job, step);
        template.update(PLACE, job, step, fingerprint);
        return find(fingerprint).isPresent();
    }

    /** The run went back to a step: later ones are scored anew. */
    public void forgetAfter(String job, long step) {
        template.update(FORGET_AFTER, job, step);
        template.update("delete from step_scores where job = ? and step > ?", job, step);
    }

    /** The metrics of the score with this fingerprint, if it is kept. */
    public Optional<Map<String, Measure>> find(String fingerprint) {
        return database.sql("select metrics from evaluations where fingerprint = :fingerprint")
                .param("fingerprint", fingerprint)
                .query((row, _) -> measures(row))
                .optional();
    }

    /** The scores of jobs and of their base models, in the order of job, step and task. */
    public List<Evaluation> ofJobs(List<String> jobs) {
        return database.sql(OF_JOBS)
                .param("jobs", jobs.toArray(new String[0]))
                .query(
                        (row, _) ->
                                new Evaluation(
                                        row.getString("id"),
                                        row.getString("job"),
                                        row.getLong("step"),
                                        row.getString("checkpoint"),
                                        row.getString("model"),
                                        row.getString("task"),
                                        row.getString("convention"),
                                        measures(row),
                                        row.getInt("items"),
                                        row.getString("fingerprint"),
                                        row.getString("measured")))
                .list();
    }

    /** A score wherever it stands. */
    record Kept(
            String id,
            String model,
            String task,
            String convention,
            Map<String, Measure> metrics,
            int items,
            String fingerprint) {}

    /**
     * @throws NotFound if there is none of that id
     */
    Kept existing(String evaluation) {
        return database.sql(SEEN)
                .param("id", evaluation)
                .query(
                        (row, _) ->
                                new Kept(
                                        row.getString("id"),
                                        row.getString("model"),
                                        row.getString("task"),
                                        row.getString("convention"),
                                        measures(row),
                                        row.getInt("items"),
                                        row.getString("fingerprint")))
                .optional()
                .orElseThrow(() -> missing(evaluation));
    }

    static NotFound missing(String evaluation) {
        return new NotFound("there is no evaluation " + evaluation);
    }

    /** Items from a place on, the first being 0; reads the pages that hold them and no other. */
    List<ItemResult> items(String evaluation, int from, int limit) {
        int first = from / ITEMS_A_PAGE;
        List<ItemResult> read = new ArrayList<>();
        database.sql(PAGES)
                .param("evaluation", evaluation)
                .param("first", first)
                .param("last", (from + limit - 1) / ITEMS_A_PAGE)
                .query((row, _) -> unpacked(row.getBytes("items")))
                .list()
                .forEach(read::addAll);
        int begin = Math.min(from - first * ITEMS_A_PAGE, read.size());
        return read.subList(begin, Math.min(begin + limit, read.size()));
    }

    /** Deletes the scores that no job has any more. */
    public void deleteOrphans() {
        template.update(DELETE_ORPHANS);
    }

    private void saveItems(Scored scored) {
        List<Object[]> pages = new ArrayList<>();
        for (int from = 0; from < scored.items().size(); from += ITEMS_A_PAGE) {
            int to = Math.min(from + ITEMS_A_PAGE, scored.items().size());
            pages.add(
                    new Object[] {
                        scored.id(), from / ITEMS_A_PAGE, packed(scored.items().subList(from, to))
                    });
        }
        if (!pages.isEmpty()) template.batchUpdate(SAVE_ITEMS, pages);
    }

    private static Map<String, Measure> measures(ResultSet row) throws SQLException {
        return Binder.JSON.readValue(row.getString("metrics"), MEASURES);
    }

    /** Items as a page of them is kept. */
    public static byte[] packed(List<ItemResult> items) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(Binder.JSON.writeValueAsBytes(items));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** The items of a page. */
    public static List<ItemResult> unpacked(byte[] packed) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return Binder.JSON.readValue(gzip, ITEMS);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
