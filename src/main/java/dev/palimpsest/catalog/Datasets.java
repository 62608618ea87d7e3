package dev.palimpsest.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

/** All datasets. */
public interface Datasets extends JpaRepository<Dataset, String> {
    Optional<Dataset> findByName(String name);

    List<Dataset> findByNameGreaterThanOrderByName(String name, Limit limit);
}
