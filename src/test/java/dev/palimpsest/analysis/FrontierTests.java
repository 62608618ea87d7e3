package dev.palimpsest.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palimpsest.analysis.Frontier.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrontierTests {
    @Test
    void aPointThatAnotherBeatsInBothIsNotOnTheFront() {
        List<String> front =
                Frontier.of(
                        List.of(
                                new Point("learned-most", 0.5, 0.3),
                                new Point("beaten", 0.3, 0.2),
                                new Point("balanced", 0.4, 0.1),
                                new Point("forgot-least", 0.1, -0.1)));

        assertThat(front).containsExactly("forgot-least", "balanced", "learned-most");
    }

    @Test
    void equalPointsAreOnTheFrontTogether() {
        List<String> front =
                Frontier.of(List.of(new Point("a", 0.5, 0.1), new Point("b", 0.5, 0.1)));

        assertThat(front).containsExactly("a", "b");
    }

    @Test
    void ofTwoThatForgotTheSameOnlyTheOneThatLearnedMoreIsOnIt() {
        List<String> front =
                Frontier.of(List.of(new Point("less", 0.4, 0.1), new Point("more", 0.5, 0.1)));

        assertThat(front).containsExactly("more");
    }

    @Test
    void ofTwoThatLearnedTheSameOnlyTheOneThatForgotLessIsOnIt() {
        List<String> front =
                Frontier.of(List.of(new Point("more", 0.5, 0.2), new Point("less", 0.5, 0.1)));

        assertThat(front).containsExactly("less");
    }

    @Test
    void noPointsHaveNoFront() {
        assertThat(Frontier.of(List.of())).isEmpty();
    }

    @Test
    void itIsWhatTheDefinitionSays() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < 12; i++)
                points.add(new Point("c" + i, random.nextInt(5), random.nextInt(5)));

            assertThat(Frontier.of(points))
                    .containsExactlyInAnyOrderElementsOf(
                            points.stream()
                                    .filter(p -> points.stream().noneMatch(q -> beats(q, p)))
                                    .map(Point::checkpoint)
                                    .toList());
        }
    }

    private static boolean beats(Point a, Point b) {
        return a.learning() >= b.learning()
                && a.forgetting() <= b.forgetting()
                && (a.learning() > b.learning() || a.forgetting() < b.forgetting());
    }
}
