package dev.palimpsest.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.palimpsest.RunningService;
import dev.palimpsest.home.CannotStart;
import dev.palimpsest.home.Role;
import dev.palimpsest.home.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;

/** A service that others can reach wants keys. */
class EntranceTests {
    private static final String LONG = "a-secret-of-thirty-two-characters";

    @TempDir static Path folder;

    @Test
    void whereOthersCanReachItTheServiceDoesNotStartWithoutAKey() throws IOException {
        assertThat(RunningService.startupFailure(folder, "--server.address=0.0.0.0").orElseThrow())
                .contains("0.0.0.0 can be reached by others")
                .contains("palimpsest.access.admin-key")
                .contains("issuer-uri")
                .contains("127.0.0.1");
    }

    @Test
    void aKeyAnIssuerOrALoopbackAddressWillDo() {
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> entrance("10.0.0.1", "", "", Role.ALL));
        assertThatExceptionOfType(CannotStart.class)
                .isThrownBy(() -> entrance("127.0.0.1", "short", "", Role.ALL))
                .withMessageContaining("at least 20");
        assertThatCode(() -> entrance("10.0.0.1", "", "", Role.WORKER)).doesNotThrowAnyException();
        assertThat(entrance("127.0.0.1", "", "", Role.ALL).isGuarded()).isFalse();
        assertThat(entrance("::1", "", "", Role.API).isGuarded()).isFalse();
        assertThat(entrance("10.0.0.1", LONG, "", Role.API).isGuarded()).isTrue();
        assertThat(entrance("10.0.0.1", "", "https://issuer.example", Role.API).isGuarded())
                .isTrue();
    }

    private static Entrance entrance(String address, String key, String issuer, Role role) {
        ServerProperties server = new ServerProperties();
        try {
            server.setAddress(InetAddress.getByName(address));
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
        return new Entrance(
                new AccessSettings(key, 0, "scope", "project"),
                new Settings(folder, folder, role),
                new StaticListableBeanFactory(Map.of("server", server))
                        .getBeanProvider(ServerProperties.class),
                issuer);
    }
}
