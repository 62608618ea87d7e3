package dev.palimpsest.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.ServiceTest;
import dev.palimpsest.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.DefaultApplicationArguments;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

@ServiceTest
@TestPropertySource(properties = "palimpsest.role=api")
class UnlistedModelsTests {
    @Autowired UnlistedModels unlisted;
    @Autowired JdbcClient database;
    @Autowired Home home;

    @Test
    void aModelOfAnOlderVersionIsListedIfItsFilesAreStillThose() throws IOException {
        String listed = files();
        forget();

        unlisted.run(new DefaultApplicationArguments());

        assertThat(listed).contains("model.safetensors");
        assertThat(files()).isEqualTo(listed);

        forget();
        Path file = home.models().resolve(BundledModel.NAME).resolve("tokenizer_config.json");
        byte[] before = Files.readAllBytes(file);
        Files.writeString(file, "{ }");
        unlisted.run(new DefaultApplicationArguments());

        assertThat(files()).isEqualTo("none");
        Files.write(file, before);
        database.sql("update base_models set files = cast(? as jsonb) where name = ?")
                .param(listed)
                .param(BundledModel.NAME)
                .update();
    }

    private String files() {
        return database.sql("select coalesce(files::text, 'none') from base_models where name = ?")
                .param(BundledModel.NAME)
                .query(String.class)
                .single();
    }

    private void forget() {
        database.sql("update base_models set files = null where name = ?")
                .param(BundledModel.NAME)
                .update();
    }
}
