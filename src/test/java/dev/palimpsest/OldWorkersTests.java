package dev.palimpsest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * While a deployment is upgraded, workers of the version before go on with the database of this
 * one. So a migration takes nothing away that they read or call, and asks for nothing in a row that
 * they do not write; what is no longer used goes a version later.
 */
class OldWorkersTests {
    /** Until then there was one version at a time. */
    private static final int LAST_WITHOUT_A_PROMISE = 43;

    /** What a program relies on: each thing by name, and of what kind it is. */
    private static final String RELIED_ON =
            """
            select format('column %s.%s %s of a %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                          case c.relkind when 'v' then 'view' else 'table' end)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
              and a.attnum > 0 and not a.attisdropped
            union all
            select format('function %s(%s)', proname, pg_get_function_identity_arguments(oid))
            from pg_proc where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype
            """;

    /**
     * What a row cannot be without, and gets from nobody but who writes it: neither a default nor a
     * trigger before an insert (1: of a row, 2: before, 4: insert) fills it in.
     */
    private static final String WANTED =
            """
            select format('%s.%s', c.relname, a.attname)
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef and a.attidentity = ''
              and c.relname = any (:tables)
              and not exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                              where t.tgrelid = c.oid and t.tgtype & 7 = 7 and p.prosrc ~ format('new\\.%s *:=', a.attname))
            """;

    private static final String TABLES =
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition";

    /** A schema between two migrations. */
    private record Schema(Set<String> reliedOn, Set<String> wanted, Set<String> tables) {
        static Schema of(JdbcClient database, Set<String> tables) {
            return new Schema(
                    all(database, RELIED_ON, Set.of()),
                    all(database, WANTED, tables),
                    all(database, TABLES, Set.of()));
        }

        private static Set<String> all(JdbcClient database, String sql, Set<String> tables) {
            return new TreeSet<>(
                    database.sql(sql)
                            .param("tables", tables.toArray(String[]::new))
                            .query(String.class)
                            .list());
        }
    }

    private final TestPostgres.Database own = TestPostgres.database();
    private final DriverManagerDataSource source =
            new DriverManagerDataSource(own.url(), own.user(), own.password());
    private final JdbcClient database = JdbcClient.create(source);

    @TestFactory
    Stream<DynamicTest> aWorkerOfTheVersionBeforeGoesOnAfter() {
        migrate(LAST_WITHOUT_A_PROMISE);
        return UpgradeTests.versions().stream()
                .filter(version -> version > LAST_WITHOUT_A_PROMISE)
                .map(
                        version ->
                                DynamicTest.dynamicTest(
                                        "V" + version,
                                        () -> assertThat(brokenBy(version)).isEmpty()));
    }

    @Test
    void whatWouldBreakOneIsNoticed() {
        migrate(12);

        assertThat(brokenBy(13)).containsExactly("rows must have experiments.convention");
        migrate(27);
        assertThat(brokenBy(28))
                .contains("column metric_points.value double precision of a table is gone");
    }

    private List<String> brokenBy(int version) {
        Set<String> tables = Schema.of(database, Set.of()).tables();
        Schema before = Schema.of(database, tables);
        migrate(version);
        Schema after = Schema.of(database, tables);
        Set<String> gone = new TreeSet<>(before.reliedOn());
        gone.removeAll(after.reliedOn());
        Set<String> wanted = new TreeSet<>(after.wanted());
        wanted.removeAll(before.wanted());
        return Stream.concat(
                        gone.stream().map(one -> one + " is gone"),
                        wanted.stream().map(one -> "rows must have " + one))
                .toList();
    }

    private void migrate(int version) {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .target(Integer.toString(version))
                .load()
                .migrate();
    }
}
