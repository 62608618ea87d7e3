package dev.palimpsest.filter;

import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Pages of a table's ids in any order, the newest first among equals. The next page begins after a
 * row by what that has now, so that nothing is counted through.
 */
public final class Listing {
    private final JdbcClient database;
    private final String table;
    private final Fields fields;

    public Listing(JdbcClient database, String table, Fields fields) {
        this.database = database;
        this.table = table;
        this.fields = fields;
    }

    /** Of the rows for which all conditions hold. */
    public Page<String> page(List<Sql> conditions, List<Sorted> order, Paging paging) {
        List<Key> keys = order.stream().map(this::key).toList();
        int wanted = paging.limit() + 1;
        Place after = paging.after() == null ? null : place(keys, paging.after());
        List<String> ids =
                keys.isEmpty() || !keys.getFirst().field().elsewhere()
                        ? ids(Sql.of(table), conditions, keys, after, wanted)
                        : byWhatIsElsewhere(conditions, keys, after, wanted);
        return Page.of(ids, paging.limit(), id -> id);
    }

    /** First the rows that have the first key, as an index of the other table has them in order. */
    private List<String> byWhatIsElsewhere(
            List<Sql> conditions, List<Key> keys, @Nullable Place after, int wanted) {
        Key first = keys.getFirst();
        List<Key> others = keys.subList(1, keys.size());
        List<String> ids = new ArrayList<>();
        if (after == null || after.values().getFirst() != null) {
            Field held = first.field().held();
            List<Key> all = new ArrayList<>(others);
            all.addFirst(new Key(held, first.descending(), true));
            List<Sql> having = new ArrayList<>(conditions);
            having.add(held.present());
            if (after != null) having.add(all.getFirst().bound(after.values().getFirst()));
            Sql joined = Sql.of(table + " cross join lateral ").then(first.field().lateral());
            ids.addAll(ids(joined, having, all, after, wanted));
        }
        if (ids.size() == wanted) return ids;
        List<Sql> lacking = new ArrayList<>(conditions);
        lacking.add(Sql.of("not ").then(first.field().where(first.field().present())));
        Place there = after == null || after.values().getFirst() != null ? null : after.rest();
        ids.addAll(ids(Sql.of(table), lacking, others, there, wanted - ids.size()));
        return ids;
    }

    private List<String> ids(
            Sql from, List<Sql> conditions, List<Key> keys, @Nullable Place after, int most) {
        List<Sql> all = new ArrayList<>(conditions);
        if (after != null) all.add(after(keys, after));
        Sql statement =
                Sql.of("select %s.id from ".formatted(table))
                        .then(from)
                        .then(where(all))
                        .then(" order by ");
        for (Key key : keys) statement = statement.then(key.order()).then(", ");
        return asked(statement.then(table + ".id desc limit ?", most)).query(String.class).list();
    }

    public long count(List<Sql> conditions) {
        Sql statement = Sql.of("select count(*) from " + table).then(where(conditions));
        return asked(statement).query(Long.class).single();
    }

    /** A row by what it is ordered by. */
    private record Place(List<@Nullable Object> values, String id) {
        Place rest() {
            return new Place(values.subList(1, values.size()), id);
        }
    }

    /**
     * What rows are ordered by.
     *
     * @param everywhere whether each row has it, so that an index's order is theirs
     */
    private record Key(Field field, boolean descending, boolean everywhere) {
        Sql value() {
            return field.scalar();
        }

        Sql order() {
            return value().then(descending ? " desc" : "").then(everywhere ? "" : " nulls last");
        }

        /** Of a row that comes after one that has {@code there}. */
        Sql after(Object there) {
            Sql beyond = value().then(descending ? " < ?" : " > ?", there);
            if (everywhere) return beyond;
            return beyond.then(" or ").then(value()).then(" is null").inParentheses();
        }

        /** Follows from {@link #after} and {@link #same}, for an index to begin there. */
        Sql bound(@Nullable Object there) {
            return value().then(descending ? " <= ?" : " >= ?", there);
        }

        Sql same(@Nullable Object there) {
            return there == null ? value().then(" is null") : value().then(" = ?", there);
        }
    }

    private Key key(Sorted sorted) {
        return new Key(fields.named(sorted.field()), sorted.descending(), false);
    }

    private Sql after(List<Key> keys, Place place) {
        Sql rest = Sql.of(table + ".id < ?", place.id());
        for (int i = keys.size() - 1; i >= 0; i--) {
            Key key = keys.get(i);
            Object its = place.values().get(i);
            Sql equal = key.same(its).then(" and ").then(rest).inParentheses();
            rest = its == null ? equal : key.after(its).then(" or ").then(equal).inParentheses();
        }
        return rest;
    }

    private Place place(List<Key> keys, String id) {
        if (keys.isEmpty()) return new Place(List.of(), id);
        Sql statement =
                Sql.of("select ")
                        .then(Sql.joined(keys.stream().map(Key::value).toList(), ", "))
                        .then(" from %s where %s.id = ?".formatted(table, table), id);
        return asked(statement)
                .query(
                        (row, _) -> {
                            List<@Nullable Object> values = new ArrayList<>();
                            for (int i = 1; i <= keys.size(); i++) values.add(row.getObject(i));
                            return new Place(values, id);
                        })
                .optional()
                .orElseThrow(
                        () ->
                                new BadParameter(
                                        "after", "must be the last_id of a page, got " + id));
    }

    private static Sql where(List<Sql> conditions) {
        return conditions.isEmpty()
                ? Sql.of("")
                : Sql.of(" where ").then(Sql.joined(conditions, " and "));
    }

    private StatementSpec asked(Sql statement) {
        return database.sql(statement.text()).params(statement.parameters());
    }
}
