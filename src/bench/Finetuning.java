import dev.palimpsest.model.RandomModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.trainer.Run;
import dev.palimpsest.trainer.TrainerEvent;
import dev.palimpsest.worker.TrainerCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/**
 * Times finetuning steps on random weights of SmolLM2-135M's shape, ours and PEFT's in turn, each
 * in a fresh process, and what the matrix products alone reach; prints a table for the README.
 */
public class Finetuning {
    private static final int WARM_UP = 2;

    /** What one fresh process measured. */
    private record Figure(double tokensPerSecond, double peakGigabytes, long trainable) {
        static Figure of(List<Double> speeds, long peakBytes, long trainable) {
            return new Figure(Finetuning.median(speeds.subList(WARM_UP, speeds.size())), peakBytes / 1e9, trainable);
        }

        static Figure middle(List<Figure> figures) {
            return new Figure(
                    Finetuning.median(figures.stream().map(Figure::tokensPerSecond).toList()),
                    Finetuning.median(figures.stream().map(Figure::peakGigabytes).toList()),
                    figures.getFirst().trainable());
        }
    }

    private final Map<String, String> options;
    private final Path folder;
    private final int steps;

    private Finetuning(Map<String, String> options, Path folder) {
        this.options = options;
        this.folder = folder;
        this.steps = WARM_UP + Integer.parseInt(options.get("steps"));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options =
                new LinkedHashMap<>(
                        Map.of(
                                "rounds", "3", "steps", "5", "methods", "lora,full", "precisions", "bf16,fp32",
                                "shapes", "4x256,2x512", "checkpointing", "no,yes", "updates", "end"));
        options.put("threads", "" + Runtime.getRuntime().availableProcessors());
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        Path folder = Files.createTempDirectory("palimpsest-benchmark");
        try {
            new Finetuning(options, folder).run();
        } finally {
            delete(folder);
        }
    }

    private void run() throws IOException, InterruptedException {
        String peer = options.get("peer");
        int rounds = Integer.parseInt(options.get("rounds"));
        System.out.printf(
                "%s, %s threads; random weights of SmolLM2-135M's shape; median of %d steps after %d, of %d rounds%n",
                processor(), options.get("threads"), steps - WARM_UP, WARM_UP, rounds);
        if (peer == null)
            System.out.println("PEFT is left out: peer=PYTHON names an interpreter that has torch, transformers and peft");
        model();
        List<String> table = new ArrayList<>();
        for (Configuration configuration : Configuration.of(options)) {
            data(configuration);
            List<Double> rates = new ArrayList<>();
            List<Figure> ours = new ArrayList<>();
            List<Figure> theirs = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                rates.add(products(configuration));
                ProcessorTime began = ProcessorTime.now();
                ours.add(told("palimpsest", configuration, round, began, trainer(configuration)));
                if (peer == null) continue;
                began = ProcessorTime.now();
                theirs.add(told("peft", configuration, round, began, peft(peer, configuration)));
            }
            table.add(row(configuration, median(rates), Figure.middle(ours), theirs));
            System.out.println(table.getLast());
        }
        System.out.println();
        System.out.println(
                "| trained | tokens/s | PEFT | ours / theirs | peak GB | planned | PEFT | ours / theirs | of the products' rate |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        table.forEach(System.out::println);
    }

    private static String row(Configuration configuration, double gigaflops, Figure ours, List<Figure> theirs) {
        double share = configuration.flopPerToken() * ours.tokensPerSecond() / 1e9 / gigaflops;
        String reached = "%.0f %% of %.0f GFLOP/s".formatted(100 * share, gigaflops);
        if (theirs.isEmpty())
            return "| %s | %.0f | | | %.2f | %.2f | | | %s |"
                    .formatted(
                            configuration, ours.tokensPerSecond(), ours.peakGigabytes(), configuration.plannedGigabytes(),
                            reached);
        Figure peer = Figure.middle(theirs);
        return "| %s | %.0f | %.0f | %.2f | %.2f | %.2f | %.2f | %.2f | %s |"
                .formatted(
                        configuration,
                        ours.tokensPerSecond(), peer.tokensPerSecond(),
                        ours.tokensPerSecond() / peer.tokensPerSecond(),
                        ours.peakGigabytes(), configuration.plannedGigabytes(), peer.peakGigabytes(),
                        ours.peakGigabytes() / peer.peakGigabytes(),
                        reached);
    }

    /** The model and a tokenizer whose tokens are words that stand for numbers. */
    private void model() throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        RandomModel.write(model, Binder.JSON.readTree(Configuration.MODEL), 17);
        Map<String, Integer> words =
                IntStream.range(0, Configuration.VOCABULARY)
                        .boxed()
                        .collect(Collectors.toMap(id -> id == 0 ? "<eos>" : "w" + id, id -> id));
        Files.writeString(
                model.resolve("tokenizer.json"),
                Binder.JSON.writeValueAsString(
                        Map.of(
                                "version", "1.0",
                                "added_tokens", List.of(),
                                "pre_tokenizer", Map.of("type", "WhitespaceSplit"),
                                "model", Map.of("type", "WordLevel", "vocab", words, "unk_token", "<eos>"))));
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"eos_token\": \"<eos>\"}");
    }

    private void data(Configuration configuration) throws IOException {
        Random random = new Random(1);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < configuration.batch() * steps; row++)
            lines.add(
                    Binder.JSON.writeValueAsString(
                            Map.of(
                                    "text",
                                    random.ints(configuration.sequence() - 1, 20, Configuration.VOCABULARY)
                                            .mapToObj(id -> "w" + id)
                                            .collect(Collectors.joining(" ")))));
        Files.write(folder.resolve("random.jsonl"), lines);
    }

    private Figure trainer(Configuration configuration) throws IOException, InterruptedException {
        Path to = folder.resolve("run");
        Run run =
                new Run(
                        "benchmark", 1, configuration.spec(steps), folder.resolve("model").toString(),
                        new Run.Data(folder.resolve("random.jsonl").toString(), "text"),
                        null, List.of(), to.toString(), null, null,
                        List.of(), Map.of(), threads(), "cpu", Run.Past.NONE, null, null);
        Path file = folder.resolve("run.json");
        Files.writeString(file, Binder.JSON.writeValueAsString(run));
        List<Double> speeds = new ArrayList<>();
        long[] trainableAndPeak = new long[2];
        ProcessBuilder process =
                TrainerCommand.ofThisProcess("trainer", DataSize.ofMegabytes(512), threads()).in(folder, file);
        for (String line : linesOf(process)) {
            switch (TrainerEvent.of(line)) {
                case TrainerEvent.Started started -> trainableAndPeak[0] = started.trainableParameters();
                case TrainerEvent.Metrics metrics when metrics.values().containsKey("train/tokens_per_second") ->
                        speeds.add(metrics.values().get("train/tokens_per_second"));
                case TrainerEvent.Finished finished -> trainableAndPeak[1] = finished.peakBytes();
                default -> {}
            }
        }
        delete(to);
        return Figure.of(speeds, trainableAndPeak[1], trainableAndPeak[0]);
    }

    /** GFLOP/s of the step's products, each by itself. */
    private double products(Configuration configuration) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                        "-cp", System.getProperty("java.class.path"), "src/bench/Products.java",
                        configuration.method(), configuration.precision(), "" + configuration.tokens());
        builder.environment().putAll(TrainerCommand.environmentFor(threads()));
        return Double.parseDouble(linesOf(builder).getLast());
    }

    private Figure peft(String python, Configuration configuration) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        python, "src/bench/peft_finetuning.py", folder.resolve("model").toString(),
                        configuration.method(), configuration.precision(),
                        "" + configuration.batch(), "" + configuration.sequence(),
                        configuration.checkpointing() ? "yes" : "no", "" + steps, options.get("threads"),
                        "" + configuration.clip());
        JsonNode said = Binder.JSON.readTree(linesOf(builder).getLast());
        List<Double> speeds = new ArrayList<>();
        said.get("tokens_per_second").forEach(speed -> speeds.add(speed.asDouble()));
        return Figure.of(speeds, said.get("peak_bytes").asLong(), said.get("trainable_parameters").asLong());
    }

    private int threads() {
        return Integer.parseInt(options.get("threads"));
    }

    private List<String> linesOf(ProcessBuilder builder) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process process = builder.redirectError(log.toFile()).start();
        List<String> lines;
        try (BufferedReader reader = process.inputReader()) {
            lines = reader.lines().toList();
        }
        if (process.waitFor() != 0)
            throw new IllegalStateException(
                    "%s ended with %d:%n%s%n%s".formatted(builder.command(), process.exitValue(), lines, Files.readString(log)));
        return lines;
    }

    private static Figure told(String who, Configuration configuration, int round, ProcessorTime began, Figure figure)
            throws IOException {
        System.out.printf(
                "%s, round %d  %-10s %7.1f tokens/s  peak %5.2f GB  %,d trainable parameters  (others took %.2f processors)%n",
                configuration, round, who, figure.tokensPerSecond(), figure.peakGigabytes(), figure.trainable(),
                ProcessorTime.now().othersSince(began));
        return figure;
    }

    private static String processor() throws IOException {
        return Files.readString(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("a processor without a name");
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) Files.delete(file);
        }
    }
}
