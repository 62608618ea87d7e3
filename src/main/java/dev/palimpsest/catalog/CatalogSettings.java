package dev.palimpsest.catalog;

import dev.palimpsest.home.CannotStart;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What of the service's machine its callers may name.
 *
 * @param folders below which files are imported; with none it is any file while nobody is asked for
 *     a key, and no file once somebody is
 */
@ConfigurationProperties("palimpsest.catalog")
record CatalogSettings(@DefaultValue List<String> folders) {
    CatalogSettings {
        folders = List.copyOf(folders);
        for (String folder : folders)
            if (!isAbsolute(folder))
                throw new CannotStart(
                        "palimpsest.catalog.folders must list absolute paths such as /data/models, got '%s'"
                                .formatted(folder));
    }

    private static boolean isAbsolute(String folder) {
        try {
            return Path.of(folder).isAbsolute();
        } catch (InvalidPathException _) {
            return false;
        }
    }
}
