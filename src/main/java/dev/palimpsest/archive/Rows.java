package dev.palimpsest.archive;

import static dev.palimpsest.archive.ArchiveFile.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.node.ObjectNode;

/** Inserts the rows of one table, many at once. */
final class Rows {
    private static final int AT_ONCE = 500;
    private static final int CHARACTERS_AT_ONCE = 4 << 20;

    private static final String COLUMNS =
            """
            select column_name from information_schema.columns
            where table_schema = current_schema() and table_name = ? and is_generated = 'NEVER'
            """;

    private final JdbcTemplate database;
    private final Table table;
    private final Set<String> known;
    private final List<String> waiting = new ArrayList<>();
    private Set<String> columns = Set.of();
    private long characters;
    private long inserted;

    Rows(JdbcTemplate database, Table table) {
        this.database = database;
        this.table = table;
        this.known = Set.copyOf(database.queryForList(COLUMNS, String.class, table.name()));
    }

    /** A column that is not known here says what this service has no place for, and is left out. */
    void add(ObjectNode row) {
        Set<String> its = new TreeSet<>(row.propertyNames());
        its.retainAll(known);
        String text = row.toString();
        boolean full = waiting.size() == AT_ONCE || characters + text.length() > CHARACTERS_AT_ONCE;
        if (full || !its.equals(columns)) flush();
        columns = its;
        waiting.add(text);
        characters += text.length();
    }

    /** How many there were. */
    long flush() {
        if (!waiting.isEmpty()) {
            String list =
                    columns.stream().map(one -> '"' + one + '"').collect(Collectors.joining(", "));
            Long rows =
                    database.queryForObject(
                            table.insertion(list),
                            Long.class,
                            waiting.stream().collect(Collectors.joining(",", "[", "]")));
            if (rows == null || rows != waiting.size())
                throw fault("has rows of %s twice".formatted(table.name()));
            inserted += rows;
            waiting.clear();
            characters = 0;
        }
        return inserted;
    }
}
