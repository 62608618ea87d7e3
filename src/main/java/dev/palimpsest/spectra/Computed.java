package dev.palimpsest.spectra;

import dev.palimpsest.spec.Binder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The spectra of an experiment's jobs, without their matrices. */
@Component
class Computed {
    private static final String OF_EXPERIMENT =
            """
            select c.job, c.id, c.step, c.epoch, c.tokens, d.summary,
                   case when c.step = max(c.step) over (partition by c.job) then d.heat_map end as last
            from decompositions d join checkpoints c on c.id = d.checkpoint join jobs j on j.id = c.job
            where j.experiment = :experiment and d.against is null and d.status = 'succeeded'
            order by c.job, c.step
            """;

    private static final String OF_JOB =
            """
            select c.id, c.step, c.epoch, c.tokens, d.status, d.summary, d.heat_map
            from decompositions d join checkpoints c on c.id = d.checkpoint
            where c.job = :job and d.against is null order by c.step
            """;

    private final JdbcClient database;

    Computed(JdbcClient database) {
        this.database = database;
    }

    /**
     * One checkpoint's.
     *
     * @param heatMap of its job's last one
     */
    record Row(String job, ExperimentSpectra.Point point, @Nullable HeatMap heatMap) {}

    /** By job and step. */
    List<Row> of(String experiment) {
        return database.sql(OF_EXPERIMENT)
                .param("experiment", experiment)
                .query(Computed::read)
                .list();
    }

    /** By step, those that are not computed yet too. */
    List<JobSpectra.OfCheckpoint> ofJob(String job) {
        return database.sql(OF_JOB).param("job", job).query(Computed::readOfJob).list();
    }

    private static JobSpectra.OfCheckpoint readOfJob(ResultSet row, int number)
            throws SQLException {
        String summary = row.getString("summary");
        String heatMap = row.getString("heat_map");
        return new JobSpectra.OfCheckpoint(
                row.getString("id"),
                row.getLong("step"),
                row.getDouble("epoch"),
                row.getLong("tokens"),
                row.getString("status"),
                summary == null ? null : Binder.JSON.readValue(summary, Summary.class),
                heatMap == null ? null : Binder.JSON.readValue(heatMap, HeatMap.class));
    }

    private static Row read(ResultSet row, int number) throws SQLException {
        String last = row.getString("last");
        return new Row(
                row.getString("job"),
                new ExperimentSpectra.Point(
                        row.getString("id"),
                        row.getLong("step"),
                        row.getDouble("epoch"),
                        row.getLong("tokens"),
                        Binder.JSON.readValue(row.getString("summary"), Summary.class)),
                last == null ? null : Binder.JSON.readValue(last, HeatMap.class));
    }
}
