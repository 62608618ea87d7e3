package dev.palimpsest.background;

import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.repository.NoRepositoryBean;

/** All pieces of one kind. */
@NoRepositoryBean
public interface Pieces<P extends Piece> extends JpaRepository<P, String> {
    /** Locks the row until the transaction ends: every move begins here. */
    Optional<P> lock(String id);
}
