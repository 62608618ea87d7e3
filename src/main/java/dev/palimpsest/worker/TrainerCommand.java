package dev.palimpsest.worker;

import dev.palimpsest.launch.ThisProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.util.unit.DataSize;

/** How a trainer or an export is started: everything of its command line but the run file. */
public record TrainerCommand(List<String> launcher, Map<String, String> environment) {
    /** One matrix after the other takes the memory that the one before had, cleared only once. */
    private static final Map<String, String> KEEPING =
            Map.of(
                    "MALLOC_MMAP_THRESHOLD_", "1073741824",
                    "MALLOC_TRIM_THRESHOLD_", "1073741824");

    /**
     * Steps leave short-lived garbage only, of which a larger young generation, or the collector of
     * large heaps, would keep hundreds of megabytes before it looks. What runs only while a trainer
     * starts is not worth the compilers' memory; spectra are over before the better one has paid.
     */
    public static TrainerCommand ofThisProcess(String program, DataSize heap, int threads) {
        List<String> options =
                List.of(
                        "-Xmx" + heap.toMegabytes() + "m",
                        "-XX:MaxDirectMemorySize=64m", // what was written is let go early
                        "-XX:+UseSerialGC",
                        "-Xmn16m",
                        program.equals("spectra")
                                ? "-XX:TieredStopAtLevel=1"
                                : "-XX:CompileThresholdScaling=10",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow");
        Map<String, String> environment = new HashMap<>(environmentFor(threads));
        if (program.equals("spectra")) environment.putAll(KEEPING);
        return new TrainerCommand(ThisProgram.in(program, options), environment);
    }

    /**
     * A step is thousands of short operations: OpenMP threads that sleep after each cost a third of
     * the speed, those that spin until the next take the processor from the service beside them, so
     * they spin for a fraction of a millisecond. Large pages spare page faults. MKL promises the
     * same digits in every run only where it is told to.
     */
    public static Map<String, String> environmentFor(int threads) {
        return Map.of(
                "OMP_WAIT_POLICY", "passive",
                "GOMP_SPINCOUNT", "5000",
                "OMP_NUM_THREADS", Integer.toString(threads),
                "MKL_CBWR", "AUTO,STRICT",
                "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1",
                "MALLOC_ARENA_MAX", "2");
    }

    /** A trainer's own folder is where it runs, so that what a crash dumps lies there too. */
    public ProcessBuilder in(Path folder, Path runFile) {
        List<String> command = new ArrayList<>(launcher);
        command.add(runFile.toAbsolutePath().toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        return builder;
    }
}
