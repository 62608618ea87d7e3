package dev.palimpsest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a service of an earlier version left in its database: a finished job, and what it made. */
final class OldRows {
    static final int FIRST_WITH_JOBS = 2;
    private static final int WITH_IMPORTED_DATASETS = 7;
    private static final int WITH_CONVENTIONS = 13;
    private static final int WITH_SERIES = 28;
    private static final int WITH_FILED_POINTS = 29;

    private static final List<String> TASKS = List.of("gsm8k_arithmetic", "definitions_choice");

    private static final String MODEL =
            """
            insert into base_models (name, version, status, source, content_hash, bytes, parameters, architecture, created_at, ready_at)
            values ('old-model', 0, 'ready', '{"type": "directory", "path": "/models/old"}', 'abc', 1000, 250,
                    '{"vocabulary": 4096, "hidden": 64, "layers": 2, "heads": 4, "key_value_heads": 2, "head_size": 16,
                      "intermediate": 176, "rope_theta": 10000.0, "epsilon": 1e-5, "tied": true, "longest": 512}',
                    '2026-01-01', '2026-01-01')
            """;
    private static final String DATASET =
            """
            insert into datasets (name, version, format, documents, bytes, sha256, built_in, created_at)
            values ('old-sums', 0, 'prompt_completion', 2, 80, 'abc', false, '2026-01-01')
            """;
    private static final String IMPORTED_DATASET =
            """
            insert into datasets (name, version, format, status, documents, bytes, sha256, built_in, created_at, ready_at)
            values ('sums-N', 0, 'prompt_completion', 'ready', 2, 80, 'abc', false, '2026-01-01', '2026-01-01')
            """;

    private static final String EXPERIMENT =
            """
            insert into experiments (id, name, base_model, learning_tasks, forgetting_tasks, version, created_at, updated_at)
            values ('exp_N', 'of version N', 'old-model', '{gsm8k_arithmetic}', '{definitions_choice}', 0, '2026-01-01', '2026-01-01')
            """;
    private static final String EXPERIMENT_WITH_CONVENTION =
            """
            insert into experiments (id, name, base_model, learning_tasks, forgetting_tasks, convention, version, created_at, updated_at)
            values ('exp_N', 'of version N', 'old-model', '{gsm8k_arithmetic}', '{definitions_choice}', 'lm_eval', 0, '2026-01-01', '2026-01-01')
            """;

    private static final String JOB =
            """
            insert into jobs (id, experiment, name, status, spec, base_model, method, tags, round, attempt, faults, step, tokens, created_at)
            values ('job_N', 'exp_N', 'old', 'queued',
                    '{"experiment": "exp_N", "name": "old", "base_model": null, "dataset": {"train": "old-sums", "validation": null},
                      "regime": "instruction", "method": {"type": "lora", "rank": 8, "alpha": 16.0},
                      "training": {"max_steps": 10, "batch_size": 2, "learning_rate": 0.001},
                      "checkpoints": {"keep_last": 2}, "evaluation": {"limit": 20}, "tags": {"team": "a"}}',
                    'old-model', 'lora', '{"team": "a"}', 1, 0, 0, 0, 0, '2026-01-01');
            update jobs set status = 'running', attempt = 1, started_at = '2026-01-01' where id = 'job_N';
            insert into attempts (job, number, worker, started_at) values ('job_N', 1, 'worker-1', '2026-01-01');
            insert into log_lines (job, attempt, number, line) values ('job_N', 1, 1, 'said by version N');
            insert into checkpoints (id, job, attempt, step, epoch, tokens, kind, folder, files, content, created_at)
            values ('ckpt_N', 'job_N', 1, 10, 1, 640, 'adapter', 'jobs/job_N/attempt-1/step-10',
                    '[{"path": "adapter_model.safetensors", "bytes": 12, "sha256": "abc"}]', 'content of N', '2026-01-01');
            """;
    private static final String END =
            """
            update attempts set ended_at = '2026-01-01', outcome = 'finished' where job = 'job_N';
            update jobs set status = 'succeeded', step = 10, total_steps = 10, tokens = 640, ended_at = '2026-01-01' where id = 'job_N';
            """;

    private static final String POINTS =
            "insert into metric_points (job, key, step, value, at) select 'job_N', 'train/loss', n, 1.0 / n, '2026-01-01' from generate_series(1, 10) n";
    private static final String FIRST_SERIES =
            """
            insert into metric_series (job, key, step, value, at, points) values ('job_N', 'train/loss', 10, 0.1, '2026-01-01', 10);
            insert into series_points (series, step, value, at)
            select id, n, 1.0 / n, '2026-01-01' from metric_series, generate_series(1, 10) n where job = 'job_N';
            """;
    private static final String SERIES =
            """
            select filed from file_points('job_N', '{train/loss}', array_fill(1, array[10]), (select array_agg(n) from generate_series(1, 10) n),
                (select array_agg(1.0 / n) from generate_series(1, 10) n)::double precision[], array_fill('2026-01-01'::timestamptz, array[10]))
            """;

    private static final String SCORE =
            """
            insert into evaluations (id, fingerprint, model, task, convention, metrics, items, created_at)
            values ('eval_N_TASK_STEP', 'print N TASK STEP', 'old-model', 'TASK', 'lm_eval',
                    '{"acc_norm": {"value": 0.5, "stderr": 0.1}, "exact_match": {"value": 0.5, "stderr": 0.1}}', 1, '2026-01-01');
            insert into job_evaluations (job, step, task, evaluation) values ('job_N', STEP, 'TASK', 'eval_N_TASK_STEP');
            """;
    private static final String ITEMS =
            "insert into evaluation_items (evaluation, page, items) values (?, 0, ?)";
    private static final String ITEM =
            """
            [{"index": 0, "document": "1+1=", "options": [], "choice": null, "gold": null, "correct": true, "generations": []}]""";

    private static final String EXTERNAL =
            """
            insert into jobs (id, experiment, status, spec, base_model, method, round, attempt, faults, step, tokens, created_at, started_at)
            values ('job_outside_N', 'exp_N', 'running',
                    '{"experiment": "exp_N", "executor": "external", "dataset": {"train": "elsewhere"}, "method": {"type": "full"},
                      "training": {"epochs": 1, "learning_rate": 0.001}}',
                    'old-model', 'full', 1, 1, 0, 3, 30, '2026-01-01', '2026-01-01')
            """;

    private static final String EXPORT =
            """
            insert into exports (id, checkpoint, base_model, form, status, attempt, files, created_at)
            values ('export_N', 'ckpt_N', 'old-model', 'merged', 'queued', 0, '[]', '2026-01-01');
            update exports set status = 'running', attempt = 1, started_at = '2026-01-01' where id = 'export_N';
            update exports set status = 'succeeded', largest_logit_difference = 1e-6, ended_at = '2026-01-01',
                files = '[{"path": "model.safetensors", "bytes": 12, "sha256": "abc"}]' where id = 'export_N';
            """;
    private static final String SCORING =
            """
            insert into scorings (id, base_model, "precision", tasks, status, attempt, created_at)
            values ('scoring_N', 'old-model', 'fp32', '{"tasks": [{"name": "gsm8k_arithmetic", "limit": 20}]}', 'queued', 0, '2026-01-01');
            """;
    private static final String TASK =
            """
            insert into tasks (name, version, definition, created_at)
            values ('task-N', 0, '{"name": "task-N", "dataset": "old-sums", "few_shot": 0,
                                   "mechanism": {"type": "perplexity", "context": "", "text": "{{completion}}"}}', '2026-01-01')
            """;
    private static final String SPECTRA =
            """
            insert into decompositions (id, checkpoint, intruders, status, attempt, created_at)
            values ('spectra_N', 'ckpt_N', false, 'queued', 0, '2026-01-01')
            """;
    private static final String SWEEP =
            """
            insert into sweeps (id, experiment, name, template, grid, created_at)
            values ('sweep_N', 'exp_N', 'old', '{"dataset": {"train": "old-sums"}}', '{"training.seed": [1]}', '2026-01-01')
            """;

    private final JdbcClient database;
    private final int version;

    OldRows(JdbcClient database, int version) {
        this.database = database;
        this.version = version;
    }

    void write() {
        if (version == 1) {
            execute(MODEL);
            execute(DATASET);
        }
        if (version >= WITH_IMPORTED_DATASETS) execute(IMPORTED_DATASET);
        if (version < FIRST_WITH_JOBS) return;
        execute(version < WITH_CONVENTIONS ? EXPERIMENT : EXPERIMENT_WITH_CONVENTION);
        execute(JOB);
        points();
        for (String task : TASKS) for (int step : new int[] {0, 10}) score(task, step);
        execute(END);
        from(6, EXPORT);
        from(11, SCORING);
        from(12, TASK);
        from(15, SPECTRA);
        from(16, SWEEP);
        from(20, EXTERNAL);
    }

    private void points() {
        if (version < WITH_SERIES) execute(POINTS);
        else if (version < WITH_FILED_POINTS) execute(FIRST_SERIES);
        else database.sql(numbered(SERIES)).query(Long.class).single();
    }

    private void from(int first, String rows) {
        if (version >= first) execute(rows);
    }

    private void score(String task, int step) {
        execute(SCORE.replace("TASK", task).replace("STEP", Integer.toString(step)));
        database.sql(ITEMS)
                .param("eval_%d_%s_%d".formatted(version, task, step))
                .param(packed(ITEM))
                .update();
    }

    private void execute(String rows) {
        for (String statement : rows.split(";\n"))
            if (!statement.isBlank()) database.sql(numbered(statement)).update();
    }

    /** Versions stand for N, where that is no part of a word. */
    private String numbered(String statement) {
        return statement.replaceAll("(?<![A-Za-z])N(?![A-Za-z])", Integer.toString(version));
    }

    private static byte[] packed(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
