import dev.palimpsest.Palimpsest;
import dev.palimpsest.home.PostgresBinaries;
import dev.palimpsest.home.PostgresServer;
import dev.palimpsest.jobs.Outcome;
import dev.palimpsest.jobs.Turn;
import dev.palimpsest.jobs.Turns;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** Thousands of pretended workers on a real queue. */
public class Pool {
    private static final int MOST_CONNECTIONS = 4_000;
    private static final int ASKED_OF_EACH = 500;
    private static final int SUBMITTED = 20;
    private static final double LEASE_SECONDS = 16; // four heartbeats

    private static final String EXPERIMENT =
            """
            {"name": "pool", "base_model": "palimpsest-mini", "learning_tasks": ["gsm8k_perplexity"], "forgetting_tasks": ["definitions_perplexity"]}""";
    private static final String JOB =
            """
            {"experiment": "%s", "dataset": {"train": "gsm8k-train"}, "method": {"type": "lora", "rank": 4, "alpha": 8},
             "training": {"max_steps": 1, "learning_rate": 1e-4}, "resources": {"priority": %d}}""";

    /** Without triggers, which would take each row by itself; what they would fill in is filled in here. */
    private static final List<String> FILL =
            List.of(
                    "set session_replication_role = replica",
                    """
                    insert into jobs (id, experiment, project, status, spec, base_model, method, round, attempt, faults, step, tokens, created_at)
                    select format('job_%%s', lpad(n::text, 8, '0')), x.id, x.project, 'queued', cast('%s' as jsonb) || jsonb_build_object('experiment', x.id),
                           'palimpsest-mini', 'lora', 1, 0, 0, 0, 0, now()
                    from generate_series(0, %d) n
                    join (select id, project, row_number() over (order by project) - 1 as place from experiments where name = 'pool') x
                      on x.place = n %% %d""",
                    """
                    insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version, project, device_class, labels, processor_units)
                    select 'job', id || '.1', now() - interval '1 day' + n * interval '10 milliseconds', false, 1, project,
                           (array['any', 'small', 'large'])[1 + ask %% 3],
                           case when ask < 9 then '{}' else jsonb_build_object('zone', 'z' || ask %% 5) end, 1 + ask
                    from (select id, project, substr(id, 5)::int as n, substr(id, 5)::int / %d %% %d as ask from jobs where id like 'job\\_0%%') jobs""",
                    """
                    insert into workers (id, device, device_class, labels, memory_bytes, threads, started_at, last_heartbeat)
                    select 'worker-' || n, 'cpu', (array['small', 'large'])[1 + n %% 2], jsonb_build_object('zone', 'z' || n %% 5), 1::bigint << 36, 1, now(), now()
                    from generate_series(0, %d) n""",
                    "set session_replication_role = origin",
                    "vacuum analyze");

    private static final String CLAIM = "select task_instance, version from claim_entries(?, ?, 1)";
    private static final String ENTRY_BEAT =
            "update scheduled_tasks set last_heartbeat = ? where task_name = 'job' and task_instance = ? and version = ?";
    private static final String REMOVE = "delete from scheduled_tasks where task_name = 'job' and task_instance = ? and version = ?";
    private static final String DEAD =
            "select task_instance from scheduled_tasks where task_name in ('job', 'device') and picked and last_heartbeat <= ? order by last_heartbeat";
    private static final String EXPORTS =
            "select * from export_queue where not picked and execution_time <= ? order by execution_time limit 3";
    private static final String WORKER_BEAT =
            """
            insert into workers (id, device, device_class, memory_bytes, threads, current_job, started_at, last_heartbeat)
            values (:id, 'cpu', 'small', 1, 1, :job, :now, :now)
            on conflict (id) do update set current_job = excluded.current_job, last_heartbeat = excluded.last_heartbeat returning drained_at is not null""";
    private static final String FIRST = "select coalesce(min(id) = ?, false) from workers where last_heartbeat >= ?";

    /** What a worker asks of the database, and after how many seconds again. */
    private enum Act {
        ENTRY_BEAT(4, "a running entry's heartbeat"),
        WORKER_BEAT(5, "a worker's heartbeat, and whether it is the first"),
        LOOK(1, "what a running job's owner wants"),
        DEAD(8, "who is dead"),
        EXPORTS(1, "whether an export waits"),
        CLAIM(Double.NaN, "a claim"),
        BEGIN(Double.NaN, "the beginning of an attempt"),
        END(Double.NaN, "its end, with its entry's");

        private final double period;
        private final String words;

        Act(double period, String words) {
            this.period = period;
            this.words = words;
        }
    }

    /** What a worker has. */
    private record Held(Turn turn, String entry, long version) {}

    private final Map<String, String> options;
    private final ConfigurableApplicationContext api;
    private final JdbcClient database;
    private final Turns turns;
    private final PostgresServer postgres;
    private final Path data;
    private final int workers;
    private final Held[] held;
    private final Map<Act, Queue<Double>> took = new EnumMap<>(Act.class);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Pool(Map<String, String> options, ConfigurableApplicationContext api, PostgresServer postgres, Path data) {
        this.options = options;
        this.api = api;
        this.database = api.getBean(JdbcClient.class);
        this.turns = api.getBean(Turns.class);
        this.postgres = postgres;
        this.data = data;
        this.workers = number("workers");
        this.held = new Held[workers];
        forget();
    }

    public static void main(String[] arguments) throws Exception {
        Thread.currentThread().setContextClassLoader(Palimpsest.class.getClassLoader());
        Map<String, String> options =
                new LinkedHashMap<>(
                        Map.of(
                                "workers", "5000", "jobs", "1000000", "projects", "20", "asks", "15", "seconds", "60", "turn", "60",
                                "connections", "48", "listening", "10,100,500,1000"));
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        Path folder = Files.createTempDirectory("palimpsest-pool");
        PostgresBinaries binaries = PostgresBinaries.unpackedIn(Path.of("target/postgres").toAbsolutePath());
        Path data = folder.resolve("postgres/data");
        PostgresServer.start(binaries, folder.resolve("postgres")).close();
        Files.writeString(
                data.resolve("postgresql.conf"),
                "max_connections = %d\nshared_buffers = 1GB\nmax_wal_size = 4GB\n".formatted(MOST_CONNECTIONS),
                StandardOpenOption.APPEND);
        try (PostgresServer postgres = PostgresServer.start(binaries, folder.resolve("postgres"));
                ConfigurableApplicationContext api = api(postgres, folder.resolve("home"), options.get("connections"))) {
            new Pool(options, api, postgres, data).run();
        } finally {
            FileSystemUtils.deleteRecursively(folder);
        }
        System.exit(0);
    }

    private static ConfigurableApplicationContext api(PostgresServer postgres, Path home, String connections) {
        return SpringApplication.run(
                Palimpsest.class, "--palimpsest.role=api", "--palimpsest.home=" + home, "--server.port=0", "--logging.level.root=warn",
                "--spring.datasource.url=" + postgres.url("postgres"), "--spring.datasource.username=" + postgres.user(),
                "--spring.datasource.password=" + postgres.password(), "--spring.datasource.hikari.maximum-pool-size=" + connections,
                "--spring.datasource.hikari.connection-timeout=120000");
    }

    private void run() throws Exception {
        fill();
        claims();
        costs();
        steady();
        fairness();
        notifications();
    }

    private void fill() throws Exception {
        while (!get("/models/palimpsest-mini").get("status").asString().equals("ready")) Thread.sleep(200);
        int projects = number("projects");
        for (int i = 0; i < projects; i++) {
            String project = "team%02d".formatted(i);
            post("", "/projects", "{\"id\": \"%s\"}".formatted(project));
            database.sql("update projects set weight = ? where id = ?").param(1 + i % 4).param(project).update();
            post(project, "/experiments", EXPERIMENT);
        }
        JobSpec spec = Binder.bind(JOB.formatted("x", 0), JobSpec.class);
        Object[][] values = {
            {}, {Binder.JSON.writeValueAsString(spec), number("jobs") - 1, projects}, {projects, number("asks")}, {workers - 1}, {}, {}
        };
        long began = System.nanoTime();
        try (Connection connection = DriverManager.getConnection(postgres.url("postgres"), postgres.user(), postgres.password());
                var statement = connection.createStatement()) {
            for (int i = 0; i < FILL.size(); i++) statement.execute(FILL.get(i).formatted(values[i]));
        }
        System.out.printf(
                "%,d jobs of %d projects wait in %,d lines for %,d workers, which share %s connections; stored in %.0f s%n",
                number("jobs"), projects, projects * number("asks"), workers, options.get("connections"), seconds(began));
    }

    /** All workers come at once, with nothing running before. */
    private void claims() throws Exception {
        System.out.println("all workers claim at once:");
        int parts = 5;
        for (int part = 0; part < parts; part++) {
            forget();
            double processor = processor();
            long began = System.nanoTime();
            atOnce(part * workers / parts, (part + 1) * workers / parts, this::claim);
            int claimed = (part + 1) * workers / parts - part * workers / parts;
            System.out.printf(
                    "  %,5d running: %5.0f claims/s, half of them within %.0f ms and all within %.0f ms; a claim and its attempt took %.1f ms of PostgreSQL's processors%n",
                    (part + 1) * workers / parts, claimed / seconds(began), 1e3 * part(Act.CLAIM, 0.5), 1e3 * part(Act.CLAIM, 1),
                    1e3 * (processor() - processor) / claimed);
        }
    }

    /** One after another, while all are busy. */
    private void costs() throws Exception {
        System.out.println("what each thing takes of PostgreSQL's processors, one after another, with all workers busy:");
        database.sql("update scheduled_tasks set last_heartbeat = now() where picked").update(); // nobody is dead
        double all = 0;
        for (Act act : List.of(Act.ENTRY_BEAT, Act.WORKER_BEAT, Act.LOOK, Act.DEAD, Act.EXPORTS)) {
            double each = cost(worker -> act(act, worker));
            all += each * workers / act.period;
            System.out.printf("  %-52s %6.2f ms, %,6.0f times a second: %.2f processors%n", act.words, 1e3 * each, workers / act.period, each * workers / act.period);
        }
        double turnover = workers / (double) number("turn");
        double end = cost(this::end);
        double claim = cost(this::claim);
        all += (end + claim) * turnover;
        System.out.printf("  %-52s %6.2f ms, %,6.0f times a second: %.2f processors%n", "an end, and the entry's", 1e3 * end, turnover, end * turnover);
        System.out.printf("  %-52s %6.2f ms, %,6.0f times a second: %.2f processors%n", "a claim, and the attempt's beginning", 1e3 * claim, turnover, claim * turnover);
        System.out.printf("  together %.2f processors for %,d workers whose turns take %d s%n", all, workers, number("turn"));
        String idle = "worker-idle";
        database.sql(WORKER_BEAT).param("id", idle).param("job", null).param("now", Timestamp.from(Instant.now())).query(Boolean.class).single();
        double look = cost(_ -> database.sql(CLAIM).param(idle).param(Timestamp.from(Instant.now())).query(String.class).list());
        System.out.printf("  %-52s %6.2f ms%n", "a claim of one who can hold nothing of all that waits", 1e3 * look);
        database.sql("delete from workers where id = ?").param(idle).update();
    }

    private double cost(IntConsumer act) throws Exception {
        Random random = new Random(1);
        double processor = processor();
        int[] drawn = random.ints(0, workers).distinct().limit(Math.min(ASKED_OF_EACH, workers)).toArray();
        for (int worker : drawn) act.accept(worker);
        return (processor() - processor) / drawn.length;
    }

    /** As real ones do it all the time; how late everything is. */
    private void steady() throws Exception {
        forget();
        int seconds = number("seconds");
        long transactions = transactions();
        double processor = processor();
        double own = ownProcessor();
        long began = System.nanoTime();
        long ends = began + seconds * 1_000_000_000L;
        AtomicLong dead = new AtomicLong();
        List<String> submitted = Collections.synchronizedList(new ArrayList<>());
        String experiment = experiment("team00");
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int worker = 0; worker < workers; worker++) {
                int one = worker;
                all.submit(() -> live(one, ends, dead));
            }
            while (System.nanoTime() < ends) {
                submitted.add(post("team00", "/jobs", JOB.formatted(experiment, 9)).get("id").asString());
                Thread.sleep(1_000);
            }
        }
        double passed = seconds(began);
        System.out.printf("%,d workers at once for %d s, turns of %d s on average:%n", workers, seconds, number("turn"));
        System.out.printf(
                "  %,.0f transactions/s, PostgreSQL used %.2f processors, workers and API %.2f; %,d connections%n", (transactions() - transactions) / passed,
                (processor() - processor) / passed, (ownProcessor() - own) / passed, connections());
        for (Act act : Act.values())
            System.out.printf(
                    "  %-52s %,8d times, half within %6.0f ms, 99 %% within %6.0f ms, all within %6.0f ms%n", act.words, took.get(act).size(),
                    1e3 * part(act, 0.5), 1e3 * part(act, 0.99), 1e3 * part(act, 1));
        System.out.printf("  entries found dead, whose heartbeat came more than %.0f s late: %,d%n", LEASE_SECONDS, dead.get());
        List<Double> waits =
                database.sql(
                                """
                                select extract(epoch from attempts.started_at - jobs.created_at)::float8 from jobs
                                join attempts on attempts.job = jobs.id and attempts.number = 1 where jobs.id = any(?) order by 1""")
                        .param(submitted.toArray(String[]::new))
                        .query(Double.class)
                        .list();
        System.out.printf(
                "  %d of %d jobs of a higher priority had begun: half %.0f ms after they were submitted, the last %.0f ms%n", waits.size(), submitted.size(),
                waits.isEmpty() ? 0 : 1e3 * waits.get(waits.size() / 2), waits.isEmpty() ? 0 : 1e3 * waits.getLast());
    }

    private Void live(int worker, long ends, AtomicLong dead) throws Exception {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Map<Act, Long> due = new EnumMap<>(Act.class);
        for (Act act : Act.values())
            if (act.period > 0) due.put(act, System.nanoTime() + (long) (1e9 * act.period * random.nextDouble()));
        due.put(Act.END, System.nanoTime() + turn(random));
        while (true) {
            Map.Entry<Act, Long> next = due.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
            long wait = next.getValue() - System.nanoTime();
            if (next.getValue() > ends || System.nanoTime() > ends) return null;
            if (wait > 0) Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
            switch (next.getKey()) {
                case END -> {
                    if (held[worker] != null) end(worker);
                    claim(worker);
                    due.put(Act.END, System.nanoTime() + (held[worker] == null ? 1_000_000_000L : turn(random)));
                }
                case DEAD -> {
                    timed(Act.DEAD, () -> dead.addAndGet(dead()));
                    due.put(Act.DEAD, System.nanoTime() + (long) (1e9 * Act.DEAD.period));
                }
                default -> {
                    act(next.getKey(), worker);
                    due.put(next.getKey(), System.nanoTime() + (long) (1e9 * next.getKey().period));
                }
            }
        }
    }

    private long turn(Random random) {
        return (long) (-1e9 * number("turn") * Math.log(1 - random.nextDouble()));
    }

    private void act(Act act, int worker) {
        Held has = held[worker];
        Timestamp now = Timestamp.from(Instant.now());
        timed(
                act,
                () -> {
                    switch (act) {
                        case ENTRY_BEAT -> {
                            if (has != null) database.sql(ENTRY_BEAT).param(now).param(has.entry()).param(has.version()).update();
                        }
                        case WORKER_BEAT -> {
                            database.sql(WORKER_BEAT).param("id", name(worker)).param("job", has == null ? null : has.turn().job()).param("now", now)
                                    .query(Boolean.class).single();
                            database.sql(FIRST).param(name(worker)).param(Timestamp.from(Instant.now().minusSeconds(25))).query(Boolean.class).single();
                        }
                        case LOOK -> {
                            if (has != null) turns.file(has.turn(), _ -> {});
                        }
                        case DEAD -> dead();
                        case EXPORTS -> database.sql(EXPORTS).param(now).query().listOfRows();
                        case CLAIM, BEGIN, END -> throw new IllegalArgumentException(act.words);
                    }
                });
    }

    private int dead() {
        return database.sql(DEAD).param(Timestamp.from(Instant.now().minusMillis((long) (1e3 * LEASE_SECONDS)))).query(String.class).list().size();
    }

    private void claim(int worker) {
        timed(
                Act.CLAIM,
                () ->
                        database.sql(CLAIM).param(name(worker)).param(Timestamp.from(Instant.now()))
                                .query((row, _) -> new Held(new Turn("", 0), row.getString(1), row.getLong(2)))
                                .optional().ifPresent(got -> held[worker] = got));
        Held got = held[worker];
        if (got == null) return;
        String job = got.entry().substring(0, got.entry().lastIndexOf('.'));
        timed(
                Act.BEGIN,
                () -> {
                    turns.isBeyondUs(job);
                    Turn turn = turns.begin(job, 1, name(worker)).orElseThrow();
                    held[worker] = new Held(turn, got.entry(), got.version());
                });
    }

    private void end(int worker) {
        Held had = held[worker];
        timed(
                Act.END,
                () -> {
                    turns.end(had.turn(), new Outcome.Finished(1, 1));
                    database.sql(REMOVE).param(had.entry()).param(had.version()).update();
                });
        held[worker] = null;
    }

    private void fairness() {
        Map<String, Double> shares = new LinkedHashMap<>();
        database.sql(
                        """
                        select p.id, coalesce(sum(extract(epoch from coalesce(a.ended_at, now()) - a.started_at)), 0) / p.weight
                        from projects p join jobs j on j.project = p.id join attempts a on a.job = j.id group by p.id, p.weight order by 2""")
                .query(row -> { shares.put(row.getString(1), row.getDouble(2)); });
        double mean = shares.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        System.out.printf(
                "device time divided by the weight, %d projects: the least has %.2f of the mean, the most %.2f%n", shares.size(),
                Collections.min(shares.values()) / mean, Collections.max(shares.values()) / mean);
    }

    /** Nothing waits, and so many idle workers hear of each job that comes in. */
    private void notifications() throws Exception {
        database.sql("delete from scheduled_tasks").update();
        database.sql("vacuum analyze scheduled_tasks").update();
        String experiment = experiment("team00");
        System.out.println("a job comes in while nothing waits and all workers are idle, each with a connection that hears of it:");
        for (String count : options.get("listening").split(",")) {
            int listening = Integer.parseInt(count);
            database.sql("delete from workers").update();
            database.sql(FILL.get(3).formatted(listening - 1)).update();
            for (boolean crowd : new boolean[] {false, true}) heard(listening, crowd, experiment);
        }
    }

    private void heard(int listening, boolean chosen, String experiment) throws Exception {
        Object crowd = api.getBean("crowd");
        Method isCalled = crowd.getClass().getDeclaredMethod("isCalled");
        Method recount = crowd.getClass().getDeclaredMethod("recount");
        var counted = crowd.getClass().getDeclaredField("counted");
        for (var opened : List.of(isCalled, recount)) opened.setAccessible(true);
        counted.setAccessible(true);
        counted.set(crowd, Instant.MIN);
        database.sql("update workers set last_heartbeat = now()").update();
        recount.invoke(crowd);
        AtomicLong looks = new AtomicLong();
        List<Connection> connections = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(listening);
        List<Double> waits = new ArrayList<>();
        double processor;
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < listening; i++) {
                Connection connection = DriverManager.getConnection(postgres.url("postgres"), postgres.user(), postgres.password());
                connections.add(connection);
                String worker = name(i);
                all.submit(
                        () -> {
                            try (var statement = connection.createStatement()) {
                                statement.execute("listen job_changed; listen completion_changed; listen work_waits");
                            }
                            ready.countDown();
                            while (!connection.isClosed()) {
                                for (var news : connection.unwrap(PGConnection.class).getNotifications(10_000)) {
                                    if (!news.getName().equals("work_waits")) continue;
                                    if (chosen && !(boolean) isCalled.invoke(crowd)) continue;
                                    looks.incrementAndGet();
                                    database.sql(CLAIM).param(worker).param(Timestamp.from(Instant.now())).query((row, _) -> row.getString(1)).list();
                                }
                            }
                            return null;
                        });
            }
            ready.await();
            for (int i = 0; i < 2; i++) submitted(experiment); // connections of the pool are made
            looks.set(0);
            processor = processor();
            for (int i = 0; i < SUBMITTED; i++) waits.add(submitted(experiment));
            processor = (processor() - processor) / SUBMITTED;
            System.out.printf(
                    "  %,5d listen, %-20s %6.1f look, a job is taken after %5.0f ms (the last after %5.0f), and takes %6.1f ms of PostgreSQL's processors%n",
                    listening, chosen ? "a few are called:" : "all are called:", looks.get() / (double) SUBMITTED, 1e3 * sorted(waits).get(SUBMITTED / 2),
                    1e3 * sorted(waits).getLast(), 1e3 * processor);
            if (chosen)
                System.out.printf("  %,5d listen: %.1f MB of memory a connection%n", listening, memory() / 1e6 / connections());
            for (Connection connection : connections) connection.abort(Runnable::run);
        }
    }

    /** Seconds until it was taken, or a worker would have looked by itself; then all have had time to look. */
    private double submitted(String experiment) throws Exception {
        String job = post("team00", "/jobs", JOB.formatted(experiment, 0)).get("id").asString();
        long began = System.nanoTime();
        String taken = "select extract(epoch from picked_at - jobs.created_at)::float8 from scheduled_tasks, jobs where task_instance = jobs.id || '.1' and picked and jobs.id = ?";
        var wait = database.sql(taken).param(job).query(Double.class).optional();
        while (wait.isEmpty() && seconds(began) < 2) {
            Thread.sleep(5);
            wait = database.sql(taken).param(job).query(Double.class).optional();
        }
        Thread.sleep(1_000);
        database.sql("delete from scheduled_tasks").update();
        return wait.orElse(2.0);
    }

    private void atOnce(int from, int to, IntConsumer act) throws Exception {
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(from, to).mapToObj(i -> all.submit(() -> act.accept(i))).toList();
            for (var one : running) one.get();
        }
    }

    private void timed(Act act, Runnable task) {
        long began = System.nanoTime();
        task.run();
        took.get(act).add(seconds(began));
    }

    private void forget() {
        for (Act act : Act.values()) took.put(act, new ConcurrentLinkedQueue<>());
    }

    private double part(Act act, double part) {
        List<Double> all = sorted(took.get(act));
        return all.isEmpty() ? 0 : all.get((int) Math.min(all.size() - 1, part * all.size()));
    }

    private static List<Double> sorted(java.util.Collection<Double> values) {
        return values.stream().sorted().toList();
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static String name(int worker) {
        return "worker-" + worker;
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    private long transactions() {
        return database.sql("select xact_commit from pg_stat_database where datname = 'postgres'").query(Long.class).single();
    }

    private int connections() {
        return database.sql("select count(*) from pg_stat_activity where backend_type = 'client backend'").query(Integer.class).single();
    }

    /** Seconds of PostgreSQL's processes, of those that have ended too. */
    private double processor() {
        return servers().mapToDouble(fields -> (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / 100).sum()
                + postmaster().map(fields -> (Double.parseDouble(fields[13]) + Double.parseDouble(fields[14])) / 100).orElse(0.0);
    }

    private static double ownProcessor() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /** What connections have for themselves alone. */
    private double memory() {
        return backends().mapToDouble(Pool::own).sum();
    }

    private static double own(String pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", pid, "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Private_")).mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", ""))).sum() * 1e3;
        } catch (java.io.IOException | java.io.UncheckedIOException gone) {
            return 0;
        }
    }

    private Stream<String> backends() {
        return database.sql("select pid::text from pg_stat_activity where backend_type = 'client backend'").query(String.class).list().stream();
    }

    private java.util.Optional<String[]> postmaster() {
        return stat(postmasterPid());
    }

    private String postmasterPid() {
        try {
            return Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
        } catch (java.io.IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    /** The fields after its name, of the server's processes. */
    private Stream<String[]> servers() {
        String parent = postmasterPid();
        return Arrays.stream(Path.of("/proc").toFile().list((_, name) -> name.matches("\\d+"))).map(Pool::stat).flatMap(java.util.Optional::stream)
                .filter(fields -> fields[1].equals(parent));
    }

    private static java.util.Optional<String[]> stat(String pid) {
        try {
            String line = Files.readString(Path.of("/proc", pid, "stat"));
            return java.util.Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (java.io.IOException gone) {
            return java.util.Optional.empty();
        }
    }

    private String experiment(String project) {
        return database.sql("select id from experiments where project = ? and name = 'pool'").param(project).query(String.class).single();
    }

    private JsonNode get(String path) throws Exception {
        return answer(HttpRequest.newBuilder(address(path)).build());
    }

    private JsonNode post(String project, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(address(path)).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        if (!project.isEmpty()) request.header("Palimpsest-Project", project);
        return answer(request.build());
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + api.getEnvironment().getProperty("local.server.port") + "/api/v1" + path);
    }

    private JsonNode answer(HttpRequest request) throws Exception {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) throw new IllegalStateException("%s answered %d: %s".formatted(request, response.statusCode(), response.body()));
        return Binder.JSON.readTree(response.body());
    }
}
