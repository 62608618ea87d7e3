package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Deletable;
import dev.palimpsest.catalog.DeletedNames.Kind;
import dev.palimpsest.home.Home;
import dev.palimpsest.projects.CurrentProject;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.NotFound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Deletes models and datasets for a while, restores them, and takes them away for good. */
@Component
@Order(0) // a model is purged before what is known of it
public class DeletedCatalog implements Deletable {
    private static final Logger log = LoggerFactory.getLogger(DeletedCatalog.class);

    private final DeletedNames names;
    private final TransactionTemplate transactions;
    private final Home home;

    DeletedCatalog(DeletedNames names, TransactionTemplate transactions, Home home) {
        this.names = names;
        this.transactions = transactions;
        this.home = home;
    }

    /**
     * Hides one that nothing uses, its files beside it.
     *
     * @throws DataIntegrityViolationException if a row names it
     */
    void hide(Kind kind, String name) {
        alone(() -> move(kind, name, names.mark(kind, name)));
    }

    /** Undoes the last deletion of a dataset of that name. */
    public void restoreDataset(String name, String project) {
        restore(Kind.DATASET, name, project);
    }

    void restore(Kind kind, String name, String project) {
        try {
            alone(
                    () -> {
                        String gone =
                                names.latest(kind, name, project)
                                        .orElseThrow(() -> missing(kind, name));
                        names.unmark(kind, gone);
                        move(kind, gone, name);
                    });
        } catch (DataIntegrityViolationException _) {
            throw new Conflict(
                    "there is a %s '%s' again; delete that one first".formatted(word(kind), name));
        }
    }

    /** Of a file's dataset the file goes first. */
    @Override
    public void purge(Instant deletedBefore, @Nullable String project) throws IOException {
        for (Kind kind : Kind.values())
            for (String gone : names.markedBefore(kind, deletedBefore, project)) {
                try {
                    if (!names.forget(kind, gone)) continue;
                } catch (DataIntegrityViolationException _) {
                    continue;
                }
                Folder.remove(place(kind, gone));
                log.info("{} {} is purged", word(kind), gone);
            }
    }

    private void alone(Runnable work) {
        try (CurrentProject.Stay _ = CurrentProject.leave()) {
            transactions.executeWithoutResult(_ -> work.run());
        }
    }

    private void move(Kind kind, String from, String to) {
        try {
            Folder.rename(place(kind, from), place(kind, to));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path place(Kind kind, String name) {
        return switch (kind) {
            case MODEL -> home.models().resolve(name);
            case DATASET -> home.datasets().resolve(name);
        };
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static NotFound missing(Kind kind, String name) {
        return new NotFound(
                "there is no deleted %s '%s'; GET /api/v1/storage/deleted lists what can be restored"
                        .formatted(word(kind), name));
    }
}
