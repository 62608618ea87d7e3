package dev.palimpsest.home;

import java.io.IOException;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The folder, the clock, and PostgreSQL unless {@code spring.datasource.url} names a server. */
@Configuration(proxyBeanMethods = false)
class HomeConfiguration {
    @Bean
    Home home(Settings settings) {
        return Home.open(settings.home());
    }

    @Bean
    DatabaseClock clock() {
        return new DatabaseClock(Clock.systemUTC());
    }

    @Bean
    Underway underway(Clock clock) {
        return new Underway(clock);
    }

    /** The service's own server, which ends with it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "spring.datasource.url", matchIfMissing = true, havingValue = "-")
    static class OwnServer {
        @Bean
        PostgresServer postgresServer(Settings settings, Home home) throws IOException {
            PostgresBinaries binaries = PostgresBinaries.unpackedIn(home.postgres());
            if (settings.role() == Role.COPYIST)
                return PostgresServer.joined(binaries, home.postgres());
            if (settings.role() != Role.ALL)
                throw new CannotStart(
                        "palimpsest.role=%s shares a PostgreSQL with others; name it with --spring.datasource.url=jdbc:postgresql://HOST/DATABASE"
                                .formatted(
                                        settings.role().name().toLowerCase(java.util.Locale.ROOT)));
            return PostgresServer.start(binaries, home.postgres());
        }

        @Bean
        JdbcConnectionDetails connection(PostgresServer server) {
            return new JdbcConnectionDetails() {
                @Override
                public String getUsername() {
                    return server.user();
                }

                @Override
                public String getPassword() {
                    return server.password();
                }

                @Override
                public String getJdbcUrl() {
                    return server.url("postgres");
                }
            };
        }
    }
}
