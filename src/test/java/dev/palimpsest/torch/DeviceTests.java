package dev.palimpsest.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTests {
    private static final Pattern MADE =
            Pattern.compile("torch\\.(empty|zeros|ones|full|arange|rand|randn|tensor)\\(");

    @Test
    void autoIsTheFirstCudaDeviceAndTheProcessorWhereThereIsNone() {
        assertThat(Device.chosen("auto", List.of(80L << 30, 24L << 30)).name()).isEqualTo("cuda:0");
        assertThat(Device.chosen("auto", List.of())).isEqualTo(Device.CPU);
    }

    @Test
    void aDeviceThatIsNotThereIsNamedWithTheNextStep() {
        assertThat(Device.chosen("cuda:1", List.of(1L, 1L)).name()).isEqualTo("cuda:1");
        assertThatThrownBy(() -> Device.chosen("cuda:2", List.of(1L, 1L)))
                .isInstanceOf(Device.Missing.class)
                .hasMessageContaining("cuda:2")
                .hasMessageContaining("found: 2")
                .hasMessageContaining("auto");
        assertThatThrownBy(() -> Device.chosen("gpu", List.of(1L)))
                .hasMessageContaining("no device 'gpu'");
    }

    @Test
    void aMachineWithoutADriverHasNoCudaDevices() {
        assertThat(CudaDriver.memories("libno-such-driver.so.1")).isEmpty();
    }

    @Test
    void tensorsOfAScopeLieOnItsDevice() {
        try (Scope scope = Scope.open(Device.META);
                Scope nested = scope.nested()) {
            Tensor made = nested.floats(new float[] {1, 2}, 2);
            Tensor drawn = new Memory(scope).uniform(nested, 1, 3, 4);

            assertThat(drawn.shape()).containsExactly(3, 4);
            assertThatThrownBy(made::floats).hasMessageContaining("meta");
            assertThatThrownBy(drawn::bytes).hasMessageContaining("meta");
        }
    }

    @Test
    void aTensorOfAnotherDeviceIsReadThroughACopyOnTheHost() {
        try (Scope scope = Scope.open()) {
            Tensor numbers = scope.floats(new float[] {1, 2, 3}, 3);
            Tensor elsewhere = new Tensor(numbers.array(), new Device("cuda:0"));
            Tensor halves = new Memory(scope).as(scope, numbers, ElementType.BF16);

            assertThat(elsewhere.floats()).containsExactly(1, 2, 3);
            assertThat(elsewhere.bytes(1, 3)).isEqualTo(numbers.bytes(1, 3));
            assertThat(new Tensor(halves.array(), new Device("cuda:0")).bytes(1, 3))
                    .isEqualTo(halves.bytes(1, 3));
        }
    }

    @Test
    void aDeviceThatLibtorchCannotUseIsNamed() {
        assertThatThrownBy(() -> Scope.open(new Device("cuda:7")).close())
                .isInstanceOf(Device.Missing.class)
                .hasMessageContaining("cuda:7");
    }

    /** What a kernel makes without naming a device would lie on the processor. */
    @ParameterizedTest
    @ValueSource(strings = {"linear", "linear_onednn", "decoder", "memory", "optimizer"})
    void kernelsMakeTensorsOnTheDeviceOfOneTheyWereGiven(String name) throws IOException {
        try (Stream<String> lines =
                Files.lines(Path.of("src/main/resources/kernels/" + name + ".py"))) {
            assertThat(lines.flatMap(DeviceTests::made))
                    .allSatisfy(call -> assertThat(call).contains("device="));
        }
    }

    /** Every call in a line that makes a tensor, up to the parenthesis that ends it. */
    private static Stream<String> made(String line) {
        return MADE.matcher(line)
                .results()
                .map(
                        call -> {
                            int open = 1;
                            int end = call.end();
                            for (; open > 0; end++)
                                open +=
                                        switch (line.charAt(end)) {
                                            case '(' -> 1;
                                            case ')' -> -1;
                                            default -> 0;
                                        };
                            return line.substring(call.start(), end);
                        });
    }
}
