package dev.palimpsest.archive;

import static dev.palimpsest.archive.ArchiveFile.fault;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.home.Home;
import dev.palimpsest.jobs.Checkpoint;
import dev.palimpsest.metrics.Evaluations;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.spec.Sha256;
import dev.palimpsest.web.Ids;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes an archive in, in one transaction: whole, or not at all. */
@Component
class TakeArchive {
    private static final int ITEMS_A_PAGE = 100;
    private static final int UNPACKED = 16; // times the largest upload

    private static final String SAME_MODEL =
            """
            select name from base_models where status = 'ready' and content_hash = ?
            order by name <> ?, name limit 1
            """;

    private final JdbcTemplate database;
    private final TransactionTemplate transaction;
    private final Tasks tasks;
    private final Home home;
    private final Artifacts artifacts;
    private final Ids ids;
    private final long mostBytes;

    TakeArchive(
            JdbcTemplate database,
            TransactionTemplate transaction,
            Tasks tasks,
            Home home,
            Artifacts artifacts,
            Ids ids,
            @Value("${palimpsest.largest-upload}") DataSize largestUpload) {
        this.database = database;
        this.transaction = transaction;
        this.tasks = tasks;
        this.home = home;
        this.artifacts = artifacts;
        this.ids = ids;
        this.mostBytes = Math.multiplyExact(largestUpload.toBytes(), UNPACKED);
    }

    Imported take(Path file) throws IOException {
        try (ArchiveFile archive = ArchiveFile.verified(file, mostBytes)) {
            List<Path> folders = new ArrayList<>();
            boolean whole = false;
            try {
                Imported imported =
                        transaction.execute(
                                _ -> {
                                    try {
                                        return rows(archive, folders);
                                    } catch (IOException broken) {
                                        throw new UncheckedIOException(broken);
                                    }
                                });
                whole = true;
                return imported;
            } catch (DataIntegrityViolationException unfit) {
                throw fault(
                        "has rows that do not fit: "
                                + String.valueOf(unfit.getMostSpecificCause().getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""));
            } finally {
                if (!whole) for (Path folder : folders) FileSystemUtils.deleteRecursively(folder);
            }
        }
    }

    private Imported rows(ArchiveFile archive, List<Path> folders) throws IOException {
        Catalogue catalogue = catalogue(archive);
        String model = model(catalogue.baseModel());
        NewIds newIds = new NewIds(ids);
        Map<String, String> jobs = new TreeMap<>();
        Map<String, Integer> items = new HashMap<>();
        List<Table> tables = new ArrayList<>(Table.ALL);
        for (Table later : List.of(Table.STUDIES, Table.RUN_PARAMS))
            if (!archive.has(later.member())) tables.remove(later);
        for (Table table : tables)
            if (table.prefix() != null) assign(archive, table, newIds, jobs, items);
        String experiment =
                newIds.of(archive.experiment())
                        .orElseThrow(() -> fault("lacks the experiment that its manifest names"));
        Set<String> expected = new HashSet<>(Set.of(Catalogue.NAME, WriteArchive.ITEMS));
        Fitting fitting = new Fitting(newIds, model);
        Map<Table, Long> counts = new HashMap<>();
        for (Table table : tables) {
            Rows rows = new Rows(database, table);
            expected.add(table.member());
            archive.lines(
                    table.member(),
                    row -> {
                        String old = row.path("id").asString("");
                        fitting.fit(table, row);
                        if (table.equals(Table.CHECKPOINTS))
                            expected.addAll(weights(archive, old, row, folders));
                        rows.add(row);
                    });
            counts.put(table, rows.flush());
        }
        if (counts.getOrDefault(Table.EXPERIMENTS, 0L) != 1) throw fault("has no one experiment");
        items(archive, newIds, items);
        for (String name : archive.names())
            if (!expected.contains(name))
                throw fault("has '%s', which belongs to nothing".formatted(name));
        return new Imported(
                experiment,
                archive.experiment(),
                model,
                jobs,
                counts.getOrDefault(Table.CHECKPOINTS, 0L),
                counts.getOrDefault(Table.EVALUATIONS, 0L),
                limits(catalogue, model));
    }

    private static void assign(
            ArchiveFile archive,
            Table table,
            NewIds newIds,
            Map<String, String> jobs,
            Map<String, Integer> items)
            throws IOException {
        archive.lines(
                table.member(),
                row -> {
                    String old = row.path("id").asString("");
                    newIds.assign(old, String.valueOf(table.prefix()));
                    if (table.equals(Table.JOBS)) jobs.put(old, newIds.of(old).orElseThrow());
                    if (table.equals(Table.EVALUATIONS))
                        items.put(old, row.path("items").asInt(-1));
                });
    }

    private static Catalogue catalogue(ArchiveFile archive) throws IOException {
        try (InputStream bytes = archive.open(Catalogue.NAME)) {
            return Binder.bind(
                    ArchiveFile.tree(bytes.readNBytes(16 << 20), Catalogue.NAME), Catalogue.class);
        } catch (InvalidSpec invalid) {
            throw fault("has a %s in which %s".formatted(Catalogue.NAME, invalid.getMessage()));
        }
    }

    /** The model here that has the same content, or a name that no model here can have. */
    private String model(Catalogue.Model asked) {
        String sum = asked.sha256();
        if (sum == null)
            return asked.name().contains("@") ? asked.name() : asked.name() + "@unknown";
        return database.queryForList(SAME_MODEL, String.class, sum, asked.name()).stream()
                .findFirst()
                .orElse(
                        "%s@%s"
                                .formatted(
                                        asked.name(),
                                        sum.substring(0, Math.min(12, sum.length()))));
    }

    /** Lays a checkpoint's files, if they are all in the archive; answers their members. */
    private List<String> weights(
            ArchiveFile archive, String old, ObjectNode row, List<Path> folders)
            throws IOException {
        List<Checkpoint.File> files = new ArrayList<>();
        for (JsonNode file : row.path("files"))
            files.add(Binder.JSON.treeToValue(file, Checkpoint.File.class));
        List<String> members =
                files.stream().map(file -> WriteArchive.weightsMember(old, file)).toList();
        if (members.isEmpty() || members.stream().noneMatch(archive::has)) return List.of();
        Path folder = home.root().resolve(Fitting.folder(row));
        folders.add(home.jobs().resolve(row.path("job").asString("")));
        Files.createDirectories(folder);
        for (Checkpoint.File file : files) {
            Path place = folder.resolve(file.path());
            try (InputStream bytes = archive.open(WriteArchive.weightsMember(old, file))) {
                Files.copy(bytes, place);
            }
            if (!Sha256.of(place).equals(file.sha256()) || Files.size(place) != file.bytes())
                throw new Unfit(
                        "has a file %s with another sum or size than the archive's"
                                .formatted(file.path()));
        }
        artifacts.store(folder, Checkpoint.artifacts(files));
        row.put("present", true);
        return members;
    }

    private void items(ArchiveFile archive, NewIds newIds, Map<String, Integer> left)
            throws IOException {
        Pages pages = new Pages();
        archive.lines(
                WriteArchive.ITEMS,
                row -> {
                    String old = row.path("evaluation").asString("");
                    String own =
                            newIds.of(old)
                                    .filter(_ -> left.merge(old, -1, Integer::sum) >= 0)
                                    .orElseThrow(
                                            () ->
                                                    new Unfit(
                                                            "is of no evaluation, or one too many"));
                    try {
                        pages.add(own, Binder.JSON.treeToValue(row.path("item"), ItemResult.class));
                    } catch (JacksonException broken) {
                        throw new Unfit(
                                "has an item that cannot be read: " + broken.getOriginalMessage());
                    }
                });
        pages.flush();
        left.forEach(
                (old, missing) -> {
                    if (missing != 0) throw fault("lacks items of " + old);
                });
    }

    /** Items as they are kept, a page of one evaluation at a time. */
    private final class Pages {
        private final List<ItemResult> waiting = new ArrayList<>();
        private String evaluation = "";
        private int page;

        void add(String its, ItemResult item) {
            if (!its.equals(evaluation)) {
                flush();
                evaluation = its;
                page = 0;
            } else if (waiting.size() == ITEMS_A_PAGE) {
                flush();
            }
            waiting.add(item);
        }

        void flush() {
            if (waiting.isEmpty()) return;
            database.update(
                    "insert into evaluation_items (evaluation, page, items) values (?, ?, ?)",
                    evaluation,
                    page++,
                    Evaluations.packed(waiting));
            waiting.clear();
        }
    }

    private List<String> limits(Catalogue catalogue, String model) {
        List<String> limits = new ArrayList<>();
        if (model.contains("@"))
            limits.add(
                    "no model here has the content of its base model '%s': it can be read and analysed, but no job can be added to it, and its checkpoints can't be scored, exported or compared; register that model and import again"
                            .formatted(catalogue.baseModel().name()));
        for (Catalogue.Task task : catalogue.tasks())
            if (tasks.named(task.name()).isEmpty())
                limits.add(
                        "there is no task '%s' here: its scores stay as they are, nothing new is scored on it"
                                .formatted(task.name()));
        return limits;
    }
}
