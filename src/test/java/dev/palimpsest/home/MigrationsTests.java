package dev.palimpsest.home;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.TestPostgres;
import dev.palimpsest.home.Migrations.Mode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class MigrationsTests {
    private final TestPostgres.Database own = TestPostgres.database();
    private final Watched source =
            new Watched(new DriverManagerDataSource(own.url(), own.user(), own.password()));

    /** Counts how often somebody looks. */
    private static final class Watched extends DelegatingDataSource {
        private final AtomicInteger looks = new AtomicInteger();

        Watched(DataSource source) {
            super(source);
        }

        @Override
        public Connection getConnection() throws SQLException {
            looks.incrementAndGet();
            return super.getConnection();
        }
    }

    @Test
    void whoAwaitsMigrationsMakesNoneAndGoesOnOnceAnotherHasMadeThem() {
        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> new Migrations(Mode.AWAIT).migrate(flyway()));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> source.looks.get() >= 3);
        assertThat(tables()).isZero();
        assertThat(waiting).isNotDone();

        new Migrations(Mode.RUN).migrate(flyway());

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void whoFindsADatabaseOfALaterVersionDoesNotWait() {
        new Migrations(Mode.RUN).migrate(flyway());
        JdbcClient.create(source)
                .sql(
                        """
                        insert into flyway_schema_history (installed_rank, version, description, type, script, installed_by, execution_time, success)
                        values (1000, '9999', 'to come', 'SQL', 'V9999__to_come.sql', 'somebody', 1, true)""")
                .update();

        new Migrations(Mode.AWAIT).migrate(flyway());
        new Migrations(Mode.RUN).migrate(flyway());

        assertThat(tables()).isPositive();
    }

    @Test
    void aDatabaseInWhichV60RanAsItFirstWasIsUpgraded() {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .target("60")
                .load()
                .migrate();
        JdbcClient database = JdbcClient.create(source);
        database.sql("drop table weight_norms").update();
        database.sql(
                        """
                        create table weight_norms (model text collate "C" not null, place integer not null, path text not null,
                                                   norm double precision not null, primary key (model, place))""")
                .update();
        database.sql("insert into weight_norms values ('m', 0, 'q', 1), ('m', 1, 'k', 2)").update();
        database.sql("update flyway_schema_history set checksum = -1438099906 where version = '60'")
                .update();

        new Migrations(Mode.RUN).migrate(flyway());

        String save = "insert into weight_norms (model, path, norm) values ('m', 'k', 3)";
        assertThat(database.sql(save + " on conflict do nothing").update()).isZero();
        assertThat(database.sql("select sum(norm) from weight_norms").query(Integer.class).single())
                .isEqualTo(3);
    }

    private Flyway flyway() {
        return Flyway.configure().dataSource(source).locations("classpath:db/migration").load();
    }

    private int tables() {
        return JdbcClient.create(new DriverManagerDataSource(own.url(), own.user(), own.password()))
                .sql("select count(*) from pg_tables where schemaname = 'public'")
                .query(Integer.class)
                .single();
    }
}
