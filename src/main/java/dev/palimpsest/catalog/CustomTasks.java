package dev.palimpsest.catalog;

import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.NativeQuery;

/** All tasks of a team's own. */
interface CustomTasks extends JpaRepository<CustomTask, String> {
    @NativeQuery(
            """
            SELECT name FROM tasks WHERE dataset = :dataset OR exemplar_dataset = :dataset
            ORDER BY name LIMIT 1""")
    Optional<String> ofDataset(String dataset);
}
