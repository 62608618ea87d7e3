package dev.palimpsest.catalog;

import dev.palimpsest.artifacts.Artifacts;
import dev.palimpsest.home.Home;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lists the files of models that were registered before rows did that, where they lie and are still
 * what was registered; once, as they are read whole for it.
 */
@Component
@Order(1)
class UnlistedModels implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(UnlistedModels.class);

    private static final String UNLISTED =
            "select name, content_hash from base_models where status = 'ready' and files is null"
                    + " order by name";

    private static final String LIST =
            "update base_models set files = cast(:files as jsonb) where name = :name and"
                    + " content_hash = :sum and files is null";

    private final JdbcClient database;
    private final Artifacts artifacts;
    private final Home home;

    UnlistedModels(JdbcClient database, Artifacts artifacts, Home home) {
        this.database = database;
        this.artifacts = artifacts;
        this.home = home;
    }

    private record Unlisted(String name, String sum) {}

    @Override
    public void run(ApplicationArguments arguments) {
        List<Unlisted> all =
                database.sql(UNLISTED)
                        .query((row, _) -> new Unlisted(row.getString(1), row.getString(2)))
                        .list();
        for (Unlisted model : all) {
            Path folder = home.models().resolve(model.name());
            if (Files.isDirectory(folder)) list(model, folder);
        }
    }

    private void list(Unlisted model, Path folder) {
        ModelContent content;
        try {
            content = ModelFiles.content(folder);
        } catch (UnsupportedModel | IOException unreadable) {
            log.warn("the files of model '{}' cannot be listed", model.name(), unreadable);
            return;
        }
        if (!content.sha256().equals(model.sum())) {
            log.warn(
                    "the files of model '{}' are not those that were registered; register it anew",
                    model.name());
            return;
        }
        artifacts.store(folder, content.files());
        database.sql(LIST)
                .param("files", Binder.JSON.writeValueAsString(content.files()))
                .param("name", model.name())
                .param("sum", model.sum())
                .update();
    }
}
