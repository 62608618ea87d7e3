package dev.palimpsest.catalog;

import dev.palimpsest.access.Entrance;
import dev.palimpsest.background.BackgroundQueue;
import dev.palimpsest.background.BackgroundQueues;
import dev.palimpsest.background.Work;
import dev.palimpsest.home.Home;
import dev.palimpsest.home.Settings;
import jakarta.servlet.MultipartConfigElement;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.servlet.autoconfigure.MultipartProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets uploads come into the home, and imports wait their turn. */
@Configuration(proxyBeanMethods = false)
class CatalogConfiguration {
    private static final int IMPORTS_AT_ONCE = 2;

    /** Uploads are received in the home: a folder for temporary files may be small, or memory. */
    @Bean
    @ConditionalOnWebApplication // a worker has no door
    MultipartConfigElement uploads(MultipartProperties limits, Home home) {
        limits.setLocation(home.uploads().toString());
        return limits.createMultipartConfig();
    }

    @Bean
    LocalPaths localPaths(CatalogSettings settings, Entrance entrance, Home home) {
        return new LocalPaths(settings.folders(), entrance.isGuarded(), home.root());
    }

    /** A worker's machine may not have the sources of imports: they run where requests come. */
    @Bean
    BackgroundQueue importQueue(
            BackgroundQueues queues,
            List<Importer<?>> importers,
            RunImport runImport,
            Imports imports,
            Settings settings) {
        return queues.of(
                "import_queue",
                IMPORTS_AT_ONCE,
                settings.role().answersRequests(),
                importers.stream()
                        .<Work>map(importer -> new ImportWork<>(importer, runImport, imports))
                        .toList());
    }
}
