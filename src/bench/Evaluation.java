import dev.palimpsest.spec.Binder;
import dev.palimpsest.worker.TrainerCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import tools.jackson.databind.JsonNode;

/**
 * Times scoring and generation, ours and that of lm-evaluation-harness and transformers in turn,
 * each in a fresh process, and compares the log-likelihoods; prints a table for the README.
 */
public class Evaluation {
    /** What one fresh process measured. */
    private record Figure(double rate, double peakGigabytes, List<Double> sums) {
        static Figure of(JsonNode said) {
            List<Double> sums = new ArrayList<>();
            said.get("sums").forEach(sum -> sums.add(sum.asDouble()));
            return new Figure(said.get("rate").asDouble(), said.get("peak_bytes").asLong() / 1e9, sums);
        }

        static Figure middle(List<Figure> figures) {
            return new Figure(
                    median(figures.stream().map(Figure::rate).toList()),
                    median(figures.stream().map(Figure::peakGigabytes).toList()),
                    figures.getFirst().sums());
        }

        /** The largest difference of a log-likelihood. */
        double from(Figure other) {
            double largest = 0;
            for (int i = 0; i < sums.size(); i++) largest = Math.max(largest, Math.abs(sums.get(i) - other.sums.get(i)));
            return largest;
        }
    }

    private final Map<String, String> options;
    private final Path folder;

    private Evaluation(Map<String, String> options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options =
                new LinkedHashMap<>(
                        Map.of("rounds", "3", "items", "100", "fewshot", "8", "batch", "16", "precisions", "fp32,bf16"));
        options.put("threads", "" + Runtime.getRuntime().availableProcessors());
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        if (!options.containsKey("model")) throw new IllegalArgumentException("model=FOLDER names the model");
        Path folder = Files.createTempDirectory("palimpsest-benchmark");
        try {
            new Evaluation(options, folder).run();
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path file : files.toList().reversed()) Files.delete(file);
            }
        }
    }

    /** A process that compiled its own source would be larger by the compiler. */
    private void compile() {
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null, null, null,
                                "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"),
                                "src/bench/Answering.java", "src/bench/EvaluationRow.java");
        if (failed != 0) throw new IllegalStateException("src/bench/Answering.java does not compile");
    }

    private void run() throws IOException, InterruptedException {
        compile();
        String peer = options.get("peer");
        System.out.printf(
                "%s threads, %s items (%s after exemplars), median of %s rounds%n",
                options.get("threads"), options.get("items"), options.get("fewshot"), options.get("rounds"));
        if (peer == null)
            System.out.println("The peer is left out: peer=PYTHON names an interpreter that has torch, transformers and lm_eval");
        List<String> table = new ArrayList<>();
        for (String precision : options.get("precisions").split(","))
            for (EvaluationRow row : EvaluationRow.of(options)) {
                List<Figure> ours = new ArrayList<>();
                List<Figure> theirs = new ArrayList<>();
                for (int round = 1; round <= Integer.parseInt(options.get("rounds")); round++) {
                    ours.add(told("ours", precision, row, ours(precision, row)));
                    if (peer != null) theirs.add(told("theirs", precision, row, theirs(peer, precision, row)));
                }
                table.add(line(precision, row, Figure.middle(ours), theirs));
            }
        System.out.println();
        System.out.println(
                "| asked | | ours | the peer | ours / theirs | peak GB | the peer | ours / theirs | largest difference |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        table.forEach(System.out::println);
    }

    private static String line(String precision, EvaluationRow row, Figure ours, List<Figure> theirs) {
        String asked = "%s, %s | %s".formatted(row.name(), precision, row.unit());
        if (theirs.isEmpty())
            return "| %s | %.2f | | | %.2f | | | |".formatted(asked, ours.rate(), ours.peakGigabytes());
        Figure peer = Figure.middle(theirs);
        return "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %s |"
                .formatted(
                        asked, ours.rate(), peer.rate(), ours.rate() / peer.rate(),
                        ours.peakGigabytes(), peer.peakGigabytes(), ours.peakGigabytes() / peer.peakGigabytes(),
                        ours.sums().isEmpty() ? "" : "%.1e".formatted(ours.from(peer)));
    }

    private Figure ours(String precision, EvaluationRow row) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-Xmx512m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC", "-Xmn16m",
                                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                                "-cp", folder + File.pathSeparator + System.getProperty("java.class.path"),
                                "Answering", model(precision), precision));
        return said(command, row);
    }

    private Figure theirs(String python, String precision, EvaluationRow row) throws IOException, InterruptedException {
        return said(
                new ArrayList<>(
                        List.of(
                                python, "src/bench/harness_evaluation.py", model(precision), precision,
                                options.get("threads"), options.get("batch"))),
                row);
    }

    /** A folder of the same name and -bf16 holds the same weights rounded, where there is one. */
    private String model(String precision) {
        Path rounded = Path.of(options.get("model") + "-bf16");
        return precision.equals("bf16") && Files.isDirectory(rounded) ? rounded.toString() : options.get("model");
    }

    private Figure said(List<String> command, EvaluationRow row) throws IOException, InterruptedException {
        if (!row.name().equals(EvaluationRow.GENERATION)) {
            Path items = folder.resolve("items.json");
            row.write(items);
            command.add(items.toString());
        }
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        if (command.getFirst().endsWith("java"))
            builder.environment().putAll(TrainerCommand.environmentFor(Integer.parseInt(options.get("threads"))));
        Process process = builder.start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        if (process.waitFor() != 0)
            throw new IllegalStateException(
                    "%s ended with %d:%n%s%n%s".formatted(command, process.exitValue(), lines, Files.readString(log)));
        return Figure.of(Binder.JSON.readTree(lines.getLast()));
    }

    private static Figure told(String who, String precision, EvaluationRow row, Figure figure) {
        System.out.printf(
                "%s, %s  %-8s %8.2f %s  peak %5.2f GB%n",
                row.name(), precision, who, figure.rate(), row.unit(), figure.peakGigabytes());
        return figure;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
