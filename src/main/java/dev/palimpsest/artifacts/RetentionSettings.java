package dev.palimpsest.artifacts;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things stay that nobody needs.
 *
 * @param orphans files that no row names, counted from their last change; it must be longer than
 *     any upload or export takes
 * @param deleted what was deleted and can be restored until then
 * @param every how often is looked for what may go
 */
@ConfigurationProperties("palimpsest.retention")
public record RetentionSettings(
        @DefaultValue("1d") Duration orphans,
        @DefaultValue("7d") Duration deleted,
        @DefaultValue("1h") Duration every) {}
