import dev.palimpsest.model.RandomModel;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.trainer.Run;
import dev.palimpsest.trainer.TrainerEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Times finetuning steps on random weights of SmolLM2-135M's shape, ours and PEFT's in turn. */
public class Finetuning {
    private static final int WARM_UP = 2;
    private static final int BATCH = 4;
    private static final int SEQUENCE = 256;
    private static final int VOCABULARY = 49_152;
    private static final String CONFIG =
            """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d,
             "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30,
             "num_attention_heads": 9, "num_key_value_heads": 3, "hidden_act": "silu",
             "max_position_embeddings": 2048, "rms_norm_eps": 1e-5, "rope_theta": 100000.0,
             "tie_word_embeddings": true, "initializer_range": 0.02, "eos_token_id": 0}
            """
                    .formatted(VOCABULARY);
    private static final String SPEC =
            """
            {"experiment": "benchmark", "dataset": {"train": "random"}, "regime": "pretraining",
             "method": %s,
             "training": {"max_steps": %d, "batch_size": %d, "sequence_length": %d,
                          "learning_rate": %s, "precision": "fp32"}}
            """;
    private static final Map<String, String> METHODS =
            Map.of(
                    "lora", "{\"type\": \"lora\", \"rank\": 16, \"alpha\": 32}",
                    "full", "{\"type\": \"full\"}");
    private static final Map<String, String> RATES = Map.of("lora", "2e-4", "full", "1e-5");

    /** What one fresh process measured. */
    record Figure(double tokensPerSecond, double peakGigabytes, long trainable) {
        static Figure of(List<Double> speeds, long peakBytes, long trainable) {
            return new Figure(
                    median(speeds.subList(WARM_UP, speeds.size())), peakBytes / 1e9, trainable);
        }
    }

    /** Processor seconds so far: of the machine, and of this process and those it waited for. */
    record ProcessorTime(long nanos, double machine, double ours) {
        private static final double TICKS = 100;

        static ProcessorTime now() throws IOException {
            // user, nice, system, idle, iowait, irq, softirq
            double[] all = numbers(Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().substring(5));
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

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = new LinkedHashMap<>(Map.of("rounds", "3", "steps", "8", "method", "lora"));
        options.put("threads", "" + Runtime.getRuntime().availableProcessors());
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        int rounds = Integer.parseInt(options.get("rounds"));
        String peer = options.get("peer");
        Path folder = Files.createTempDirectory("palimpsest-benchmark");
        try {
            prepare(folder, options);
            System.out.printf(
                    "%s, %d x %d tokens, fp32, %s threads, random weights of SmolLM2-135M's shape; median of %d steps after %d%n",
                    options.get("method"), BATCH, SEQUENCE, options.get("threads"),
                    Integer.parseInt(options.get("steps")) - WARM_UP, WARM_UP);
            if (peer == null)
                System.out.println("PEFT is left out: peer=PYTHON names an interpreter that has torch, transformers and peft");
            List<Figure> ours = new ArrayList<>();
            List<Figure> theirs = new ArrayList<>();
            for (int round = 1; round <= rounds; round++) {
                ProcessorTime began = ProcessorTime.now();
                ours.add(told("palimpsest", round, began, trainer(folder, round, options)));
                if (peer == null) continue;
                began = ProcessorTime.now();
                theirs.add(told("peft", round, began, peft(peer, folder, options)));
            }
            summarize(ours, theirs);
        } finally {
            delete(folder);
        }
    }

    /** The model, the data and the run file; the data's tokens are words that stand for numbers. */
    private static void prepare(Path folder, Map<String, String> options) throws IOException {
        Path model = Files.createDirectory(folder.resolve("model"));
        RandomModel.write(model, Binder.JSON.readTree(CONFIG), 17);
        Map<String, Integer> words =
                IntStream.range(0, VOCABULARY)
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
        Random random = new Random(1);
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < BATCH * Integer.parseInt(options.get("steps")); row++)
            lines.add(
                    Binder.JSON.writeValueAsString(
                            Map.of(
                                    "text",
                                    random.ints(SEQUENCE - 1, 20, VOCABULARY)
                                            .mapToObj(id -> "w" + id)
                                            .collect(Collectors.joining(" ")))));
        Files.write(folder.resolve("random.jsonl"), lines);
    }

    private static Figure trainer(Path folder, int round, Map<String, String> options)
            throws IOException, InterruptedException {
        String method = options.get("method");
        JobSpec spec =
                Binder.bind(
                        SPEC.formatted(
                                METHODS.get(method), Integer.parseInt(options.get("steps")), BATCH, SEQUENCE, RATES.get(method)),
                        JobSpec.class);
        Run run =
                new Run(
                        "benchmark", 1, spec, folder.resolve("model").toString(),
                        new Run.Data(folder.resolve("random.jsonl").toString(), "text"),
                        null, List.of(), folder.resolve("round-" + round).toString(), null, null,
                        List.of(), Map.of(), Integer.parseInt(options.get("threads")), null);
        Path file = folder.resolve("run-" + round + ".json");
        Files.writeString(file, Binder.JSON.writeValueAsString(run));
        ProcessBuilder builder =
                new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"), "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                        "-cp", System.getProperty("java.class.path"), "dev.palimpsest.Palimpsest", "trainer", file.toString());
        // as a worker starts it
        builder.environment().putAll(
                Map.of("OMP_WAIT_POLICY", "passive", "OMP_NUM_THREADS", options.get("threads"), "MALLOC_ARENA_MAX", "2", "MKL_CBWR", "AUTO,STRICT"));
        List<Double> speeds = new ArrayList<>();
        long[] trainableAndPeak = new long[2];
        for (String line : linesOf(builder, folder)) {
            switch (TrainerEvent.of(line)) {
                case TrainerEvent.Started started -> trainableAndPeak[0] = started.trainableParameters();
                case TrainerEvent.Metrics metrics when metrics.values().containsKey("train/tokens_per_second") ->
                        speeds.add(metrics.values().get("train/tokens_per_second"));
                case TrainerEvent.Finished finished -> trainableAndPeak[1] = finished.peakBytes();
                default -> {}
            }
        }
        return Figure.of(speeds, trainableAndPeak[1], trainableAndPeak[0]);
    }

    private static Figure peft(String python, Path folder, Map<String, String> options)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        python, "src/bench/peft_finetuning.py", folder.resolve("model").toString(), options.get("method"),
                        "" + BATCH, "" + SEQUENCE, options.get("steps"), options.get("threads"));
        JsonNode said = Binder.JSON.readTree(linesOf(builder, folder).getLast());
        List<Double> speeds = new ArrayList<>();
        said.get("tokens_per_second").forEach(speed -> speeds.add(speed.asDouble()));
        return Figure.of(speeds, said.get("peak_bytes").asLong(), said.get("trainable_parameters").asLong());
    }

    private static List<String> linesOf(ProcessBuilder builder, Path folder)
            throws IOException, InterruptedException {
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

    private static Figure told(String who, int round, ProcessorTime began, Figure figure) throws IOException {
        System.out.printf(
                "round %d  %-10s %7.1f tokens/s  peak %5.2f GB  %,d trainable parameters  (others took %.2f processors)%n",
                round, who, figure.tokensPerSecond(), figure.peakGigabytes(), figure.trainable(),
                ProcessorTime.now().othersSince(began));
        return figure;
    }

    private static void summarize(List<Figure> ours, List<Figure> theirs) {
        double speed = median(ours.stream().map(Figure::tokensPerSecond).toList());
        double peak = median(ours.stream().map(Figure::peakGigabytes).toList());
        System.out.printf("median   palimpsest %7.1f tokens/s  peak %5.2f GB%n", speed, peak);
        if (theirs.isEmpty()) return;
        double theirSpeed = median(theirs.stream().map(Figure::tokensPerSecond).toList());
        double theirPeak = median(theirs.stream().map(Figure::peakGigabytes).toList());
        System.out.printf("median   peft       %7.1f tokens/s  peak %5.2f GB%n", theirSpeed, theirPeak);
        System.out.printf("ours / theirs: %.2f of the speed, %.2f of the memory%n", speed / theirSpeed, peak / theirPeak);
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
