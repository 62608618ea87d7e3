package dev.palimpsest;

import dev.palimpsest.home.CannotStart;
import dev.palimpsest.projects.Projects;
import org.flywaydb.core.api.callback.Callback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/**
 * Brings the database up to date and ends, for processes with {@code palimpsest.migrations=await};
 * of several at once the first does it, and the others find it done.
 */
@ImportAutoConfiguration({DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
@ComponentScan(
        basePackageClasses = Projects.class,
        useDefaultFilters = false,
        includeFilters =
                @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Callback.class))
final class Migration {
    private static final String DATABASE = "spring.datasource.url";

    static void main(String... arguments) {
        new SpringApplicationBuilder(Migration.class)
                .web(WebApplicationType.NONE)
                .initializers(Migration::requireDatabase)
                .run(arguments)
                .close();
    }

    private static void requireDatabase(ConfigurableApplicationContext context) {
        if (!context.getEnvironment().containsProperty(DATABASE))
            throw new CannotStart(
                    "there is no database to bring up to date; name it with --%s=jdbc:postgresql://HOST/DATABASE"
                            .formatted(DATABASE));
    }
}
