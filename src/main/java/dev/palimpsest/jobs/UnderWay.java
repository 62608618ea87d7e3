package dev.palimpsest.jobs;

import dev.palimpsest.catalog.InUse;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Work of one kind, a row each: until it ends it needs its model or checkpoint. */
public abstract class UnderWay implements InUse, CheckpointUser {
    private final JdbcClient database;
    private final String kind;
    private final String those;

    /**
     * @param kind in one word, whose plural is the table's name
     */
    protected UnderWay(JdbcClient database, String kind) {
        this.database = database;
        this.kind = kind;
        this.those = "from %ss where status in ('queued', 'running')".formatted(kind);
    }

    @Override
    public Optional<String> userOfModel(String name) {
        return database.sql("select id " + those + " and base_model = ? order by id limit 1")
                .param(name)
                .query(String.class)
                .optional()
                .map((kind + " ")::concat);
    }

    @Override
    public boolean needs(String checkpoint) {
        return database.sql("select count(*) > 0 " + those + " and checkpoint = ?")
                .param(checkpoint)
                .query(Boolean.class)
                .single();
    }
}
