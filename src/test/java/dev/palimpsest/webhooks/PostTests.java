package dev.palimpsest.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.egress.Egress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostTests {
    private final Receiver receiver = new Receiver();
    private final SigningSecret secret = SigningSecret.of(new Random(17));

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void aNameThatLeadsInsideTheSecondTimeIsAskedOnce() {
        Queue<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
        Egress egress = new Egress(List.of("127.0.0.1/32"), _ -> addresses(answers.remove()));

        Attempt first = post(egress);

        assertThat(first.status()).isEqualTo(204);
        assertThat(answers).containsExactly("127.0.0.2");
        assertThat(receiver.received()).hasSize(1);
        assertThat(receiver.received().getFirst().header("Host")).startsWith("rebound.example:");
        assertThat(post(egress).error()).contains("rebound.example").contains("plain http");
        assertThat(receiver.received()).hasSize(1);
    }

    @Test
    void anEndpointThatIsNotThereIsAFailureInWords() {
        receiver.close();

        Attempt attempt = post(new Egress(List.of("127.0.0.1/32"), _ -> addresses("127.0.0.1")));

        assertThat(attempt.status()).isNull();
        assertThat(attempt.words()).contains("Failed to connect");
    }

    private Attempt post(Egress egress) {
        String url = receiver.url("/x").replace("127.0.0.1", "rebound.example");
        return new Post(egress, Clock.systemUTC()).send(url, "evt_1", "{}", List.of(secret));
    }

    private static InetAddress[] addresses(String literal) throws UnknownHostException {
        return new InetAddress[] {InetAddress.getByName(literal)};
    }
}
