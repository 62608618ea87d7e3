import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Processor seconds so far: of the machine, and of this process and those it waited for. */
record ProcessorTime(long nanos, double machine, double ours) {
    private static final double TICKS = 100;

    static ProcessorTime now() throws IOException {
        // user, nice, system, idle, iowait, irq, softirq
        double[] all =
                numbers(Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().substring(5));
        // utime, stime, cutime, cstime are fields 14 to 17; the name before them may have spaces
        String self = Files.readString(Path.of("/proc/self/stat"));
        double[] own = numbers(self.substring(self.lastIndexOf(')') + 4));
        return new ProcessorTime(
                System.nanoTime(),
                (all[0] + all[1] + all[2] + all[5] + all[6]) / TICKS,
                (own[10] + own[11] + own[12] + own[13]) / TICKS);
    }

    /** How many processors everything else on the machine took since then. */
    double othersSince(ProcessorTime then) {
        return Math.max(0, (machine - then.machine - (ours - then.ours)) / ((nanos - then.nanos) / 1e9));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.strip().split("\\s+")).mapToDouble(Double::parseDouble).toArray();
    }
}
