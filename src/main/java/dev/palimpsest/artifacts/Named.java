package dev.palimpsest.artifacts;

import dev.palimpsest.spec.Binder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** What rows name, of every kind; the view says where each kind lies. */
@Component
public class Named {
    private static final TypeReference<List<Artifact>> FILES = new TypeReference<>() {};

    private static final String SUMS =
            "select distinct file ->> 'sha256' from artifacts, jsonb_array_elements(files) file";

    /** Files that share a folder have a place each. */
    private static final String PLACES =
            "select case kind when 'file' then folder || '/' || id else folder end from artifacts";

    private final JdbcClient database;

    Named(JdbcClient database) {
        this.database = database;
    }

    /** Files of one folder. */
    public record Folder(String folder, List<Artifact> files) {}

    /** All folders, the files of each. */
    public List<Folder> folders() {
        return database.sql("select folder, files from artifacts order by folder, id")
                .query(
                        (row, _) ->
                                new Folder(
                                        row.getString("folder"),
                                        Binder.JSON.readValue(row.getString("files"), FILES)))
                .list();
    }

    /** Models whose files no row lists, because they lay nowhere when that began. */
    public List<String> unlistedModels() {
        return database.sql(
                        "select name from base_models where status = 'ready' and files is null"
                                + " order by name")
                .query(String.class)
                .list();
    }

    Set<String> sums() {
        return new HashSet<>(database.sql(SUMS).query(String.class).list());
    }

    /** Below the home folder. */
    Set<String> places() {
        return new HashSet<>(database.sql(PLACES).query(String.class).list());
    }

    Set<String> jobs() {
        return new HashSet<>(database.sql("select id from jobs").query(String.class).list());
    }
}
