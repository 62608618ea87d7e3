import dev.palimpsest.data.Format;
import dev.palimpsest.data.Progress;
import dev.palimpsest.data.Rows;
import dev.palimpsest.data.TokenCache;
import dev.palimpsest.data.Tokenization;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Regime;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Times the way of a dataset's text to cached rows, beside transformers' tokenizer on the same text. */
public class Tokenizing {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> options =
                new HashMap<>(Map.of("model", "src/main/resources/palimpsest-mini", "megabytes", "20", "rounds", "3"));
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        Path folder = Files.createTempDirectory("palimpsest-tokenizing");
        try {
            Path data = folder.resolve("data.jsonl");
            long written = write(data, Path.of(options.get("text")), Long.parseLong(options.get("megabytes")) << 20);
            System.out.printf("%,d bytes, %d processors, heap of at most %,d MB%n",
                    written, Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory() >> 20);
            for (int round = 1; round <= Integer.parseInt(options.get("rounds")); round++) {
                ours(data, Path.of(options.get("model")), folder.resolve("cache-" + round));
                if (options.containsKey("peer")) peer(options.get("peer"), data, options.get("model"));
            }
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(path);
            }
        }
    }

    /** The documents of a JSONL file with a field text, again and again with a number in front, up to a size. */
    private static long write(Path data, Path source, long bytes) throws IOException {
        List<String> texts = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(source)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode json = Binder.JSON.readTree(line);
                texts.add(json.path("text").asString(line));
            }
        }
        try (BufferedWriter writer = Files.newBufferedWriter(data)) {
            for (int i = 0; i % 100 != 0 || size(writer, data) < bytes; i++)
                writer.append(Binder.JSON.writeValueAsString(Map.of("text", i + ": " + texts.get(i % texts.size())))).append('\n');
        }
        return Files.size(data);
    }

    private static long size(BufferedWriter writer, Path data) throws IOException {
        writer.flush();
        return Files.size(data);
    }

    private static void ours(Path data, Path model, Path cache) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(model.resolve("tokenizer.json"))) {
            Tokenization tokenization = new Tokenization(tokenizer, Regime.INSTRUCTION, Integer.MAX_VALUE, false);
            long began = System.nanoTime();
            Rows rows = new TokenCache(cache).rows(data, Format.TEXT, tokenization, Progress.NONE);
            double seconds = (System.nanoTime() - began) / 1e9;
            // what the peer counts has no end of text
            long tokens = rows.report().tokens() - rows.report().rows();
            System.out.printf("palimpsest    %,12d tokens in %6.2f s  %,12.0f tokens/s%n", tokens, seconds, tokens / seconds);
            began = System.nanoTime();
            new TokenCache(cache).rows(data, Format.TEXT, tokenization, Progress.NONE);
            System.out.printf("  once cached %37.2f s%n", (System.nanoTime() - began) / 1e9);
        }
    }

    private static void peer(String python, Path data, String model) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(python, "src/bench/transformers_tokenizing.py", data.toString(), model)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        System.out.print(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        if (process.waitFor() != 0) throw new IllegalStateException("the peer failed; run src/bench/transformers_tokenizing.py by hand");
    }
}
