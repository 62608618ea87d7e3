package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** All numbers are CPython 3.11's. */
class PythonRandomTests {
    @Test
    void numbersAndSamplesAreThoseOfPythonWithTheSameSeed() {
        PythonRandom random = new PythonRandom(1234);

        assertThat(IntStream.range(0, 5).map(_ -> random.below(100)))
                .containsExactly(99, 56, 14, 0, 11);
        assertThat(random.sample(20, 5)).containsExactly(18, 1, 2, 3, 11);
        assertThat(random.sample(10042, 6)).containsExactly(3879, 285, 504, 259, 5670, 7933);
        assertThat(random.sample(40, 6)).containsExactly(39, 29, 9, 5, 11, 7);
        assertThat(random.sample(200, 11))
                .containsExactly(3, 128, 124, 63, 16, 170, 138, 119, 17, 153, 172);
        assertThat(new PythonRandom(0).sample(1267, 10))
                .containsExactly(788, 861, 82, 530, 1047, 995, 829, 621, 976, 733);
    }

    @Test
    void aSetIsWalkedThroughInTheOrderOfPythonsTable() {
        assertThat(PythonSet.of(new int[] {10041, 7, 39, 8, 100, 1000}).inOrder())
                .containsExactly(100, 39, 8, 7, 1000, 10041);
        assertThat(PythonSet.of(new int[] {5, 13, 21, 29, 37, 2}).inOrder())
                .containsExactly(2, 37, 5, 13, 21, 29);
        PythonSet set = PythonSet.of(new int[] {3, 11, 19, 1});
        assertThat(set.inOrder()).containsExactly(11, 19, 3, 1);
        set.remove(3);
        set.add(27);
        assertThat(set.inOrder()).containsExactly(11, 19, 27, 1);
    }
}
