package dev.palimpsest.projects;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.WeakHashMap;
import javax.sql.DataSource;
import org.postgresql.jdbc.PgConnection;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Connections that show the rows of the project that their thread works in, and all where it works
 * in none. What a connection shows is set again only where the one before worked elsewhere.
 */
final class ProjectConnections extends DelegatingDataSource {
    private static final String SHOW =
            "select set_config('role', ?, false), set_config('palimpsest.project', ?, false)";

    private static final String NONE = "";

    private final Map<PgConnection, String> shown = new WeakHashMap<>();

    ProjectConnections(DataSource target) {
        super(target);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            show(connection);
            return connection;
        } catch (SQLException failed) {
            connection.close();
            throw failed;
        }
    }

    private void show(Connection connection) throws SQLException {
        String project = CurrentProject.ofThread();
        String wanted = project == null ? NONE : project;
        PgConnection session = connection.unwrap(PgConnection.class);
        synchronized (shown) {
            if (shown.getOrDefault(session, NONE).equals(wanted)) return;
        }
        try (PreparedStatement show = connection.prepareStatement(SHOW)) {
            show.setString(1, project == null ? "none" : "palimpsest_project");
            show.setString(2, wanted);
            show.execute();
        }
        synchronized (shown) {
            shown.put(session, wanted);
        }
    }
}
