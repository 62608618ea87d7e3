package dev.palimpsest.home;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The service's own settings.
 *
 * @param home the folder of everything the service keeps
 * @param benchmarks the folder of benchmarks' files, which the service only reads
 * @param role what this process does: all, api or worker
 */
@ConfigurationProperties("palimpsest")
public record Settings(Path home, Path benchmarks, @DefaultValue("all") Role role) {}
