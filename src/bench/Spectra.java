import dev.palimpsest.decomposition.MatrixSpectra;
import dev.palimpsest.decomposition.Spectrum;
import dev.palimpsest.model.Adapter;
import dev.palimpsest.model.ModelFiles;
import dev.palimpsest.model.Weights;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.spec.TargetModules;
import dev.palimpsest.torch.ElementType;
import dev.palimpsest.torch.Memory;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import dev.palimpsest.trainer.SpectraRun;
import dev.palimpsest.trainer.TrainerEvent;
import dev.palimpsest.worker.TrainerCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;

/**
 * Times the spectra of all projections' changes, ours and a loop of torch.linalg.svdvals in turn, each in a fresh process, and
 * says how far they differ; prints a table for the README.
 */
public class Spectra {
    private final Map<String, String> options;
    private final Path folder;
    private final Path model;
    private final Map<String, Double> norms = new LinkedHashMap<>();
    private final Map<String, Double> found = new LinkedHashMap<>();

    /**
     * What one fresh process measured.
     *
     * @param seconds from the first matrix told to the last, or of the loop that reads both files, makes the change and calls svdvals
     * @param other seconds of our whole process, or of the calls of svdvals alone
     */
    private record Figure(double seconds, double other, double peakGigabytes, Map<String, Spectrum> spectra) {}

    private Spectra(Map<String, String> options, Path folder) {
        this.options = options;
        this.folder = folder;
        this.model = Path.of(options.get("model"));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = new LinkedHashMap<>(Map.of("rounds", "3", "rank", "16"));
        options.put("threads", "" + Runtime.getRuntime().availableProcessors());
        for (String argument : arguments) options.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
        Path folder = Files.createTempDirectory("palimpsest-benchmark");
        try {
            new Spectra(options, folder).run();
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(one);
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        checkpoints();
        List<String> table = new ArrayList<>();
        String lora = "LoRA r=" + options.get("rank") + ", ";
        table.add(row("full, change", "full", false));
        table.add(row("full, change, W, W' and intruders", "full", true));
        table.add(row(lora + "the first of a model", "lora", false));
        norms.putAll(found); // which the service keeps of each base model
        table.add(row(lora + "any after it", "lora", false));
        System.out.println();
        System.out.println("| spectra of | s | loop of svdvals, s | loop / ours | svdvals alone, s | our whole process, s | peak GB | loop, GB |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        table.forEach(System.out::println);
    }

    private String row(String name, String kind, boolean weights) throws IOException, InterruptedException {
        List<Figure> ours = new ArrayList<>();
        List<Figure> theirs = new ArrayList<>();
        for (int round = 1; round <= Integer.parseInt(options.get("rounds")); round++) {
            ProcessorTime began = ProcessorTime.now();
            ours.add(ours(kind, weights));
            tell("palimpsest", name, ours.getLast(), began);
            if (!options.containsKey("peer") || weights) continue;
            began = ProcessorTime.now();
            theirs.add(theirs(kind));
            tell("svdvals", name, theirs.getLast(), began);
            System.out.println(differences(ours.getLast(), theirs.getLast()));
        }
        Figure our = middle(ours);
        if (theirs.isEmpty())
            return "| %s | %.2f | | | | %.2f | %.2f | |".formatted(name, our.seconds(), our.other(), our.peakGigabytes());
        Figure their = middle(theirs);
        return "| %s | %.2f | %.2f | %.1f | %.2f | %.2f | %.2f | %.2f |"
                .formatted(
                        name, our.seconds(), their.seconds(), their.seconds() / our.seconds(), their.other(), our.other(),
                        our.peakGigabytes(), their.peakGigabytes());
    }

    private static void tell(String who, String name, Figure figure, ProcessorTime began) throws IOException {
        System.out.printf(
                "%s, %s: %.2f s, %.2f GB; others took %.1f processors%n",
                who, name, figure.seconds(), figure.peakGigabytes(), ProcessorTime.now().othersSince(began));
    }

    private static Figure middle(List<Figure> figures) {
        return figures.stream().sorted(Comparator.comparingDouble(Figure::seconds)).toList().get(figures.size() / 2);
    }

    /** Of svdvals in fp32, which rounds too. */
    private static String differences(Figure ours, Figure theirs) {
        double largest = 0;
        int otherRanks = 0;
        for (Map.Entry<String, Spectrum> named : theirs.spectra().entrySet()) {
            List<Double> values = ours.spectra().get(named.getKey()).values();
            List<Double> others = named.getValue().values();
            for (int i = 0; i < others.size(); i++) {
                double value = i < values.size() ? values.get(i) : 0;
                largest = Math.max(largest, Math.abs(value - others.get(i)) / others.getFirst());
            }
            if (ours.spectra().get(named.getKey()).rank(0.9) != named.getValue().rank(0.9)) otherRanks++;
        }
        return "  %d matrices; values differ by %.1e of the largest one at most, ranks at 90 %% in %d"
                .formatted(theirs.spectra().size(), largest, otherRanks);
    }

    private Figure ours(String kind, boolean weights) throws IOException, InterruptedException {
        SpectraRun run =
                new SpectraRun(
                        model.toAbsolutePath().toString(), folder.resolve(kind).toString(),
                        kind.equals("full") ? "model" : "adapter", null, null, TargetModules.ALL, weights, List.of(), norms, threads(), "cpu");
        Path file = folder.resolve("run.json");
        Files.writeString(file, Binder.JSON.writeValueAsString(run));
        Map<String, Spectrum> spectra = new LinkedHashMap<>();
        long[] at = new long[3]; // the start, the first matrix, the last
        long[] peak = new long[1];
        at[0] = System.nanoTime();
        lines(
                TrainerCommand.ofThisProcess("spectra", DataSize.ofMegabytes(512), 1).in(folder, file),
                line -> {
                    at[2] = System.nanoTime();
                    if (at[1] == 0) at[1] = at[2];
                    switch (TrainerEvent.of(line)) {
                        case TrainerEvent.Decomposed(MatrixSpectra one) -> {
                            spectra.put(one.matrix().path(), one.change());
                            found.put(one.matrix().path(), one.baseNorm());
                        }
                        case TrainerEvent.Finished finished -> peak[0] = finished.peakBytes();
                        default -> throw new IllegalStateException(line);
                    }
                });
        double whole = (System.nanoTime() - at[0]) / 1e9;
        return new Figure((at[2] - at[1]) / 1e9, whole, peak[0] / 1e9, spectra);
    }

    private Figure theirs(String kind) throws IOException, InterruptedException {
        List<String> said = new ArrayList<>();
        lines(
                new ProcessBuilder(
                        options.get("peer"), "src/bench/svdvals.py", model.toString(), folder.resolve(kind).toString(),
                        kind, options.get("threads")),
                said::add);
        JsonNode json = Binder.JSON.readTree(said.getLast());
        Map<String, Spectrum> spectra = new LinkedHashMap<>();
        json.path("values")
                .properties()
                .forEach(
                        named ->
                                spectra.put(
                                        named.getKey(),
                                        new Spectrum(named.getValue().valueStream().map(JsonNode::asDouble).toList())));
        return new Figure(json.path("loop").asDouble(), json.path("seconds").asDouble(), json.path("peak_bytes").asDouble() / 1e9, spectra);
    }

    private interface Line {
        void said(String line);
    }

    private static void lines(ProcessBuilder builder, Line each) throws IOException, InterruptedException {
        Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) each.said(line);
        }
        if (process.waitFor() != 0) throw new IllegalStateException(builder.command() + " failed");
    }

    /** Random changes: products of two uniform matrices, for the full one as wide as they can be. */
    private void checkpoints() throws IOException {
        int rank = Integer.parseInt(options.get("rank"));
        Lora method =
                Lora.of(rank, 2 * rank, 0, TargetModules.ALL, Variant.STANDARD);
        Path full = Files.createDirectory(folder.resolve("full"));
        Path lora = Files.createDirectory(folder.resolve("lora"));
        try (Scope scope = Scope.open()) {
            Memory memory = new Memory(scope);
            Memory.seed(1);
            Weights weights = Weights.own(model, ElementType.F32, scope, memory);
            Map<String, Tensor> named = new LinkedHashMap<>(Adapter.fresh(method, weights, scope, memory).named());
            named.replaceAll((name, tensor) -> Adapter.isB(name) ? memory.uniform(scope, 0.01, tensor.shape()) : tensor);
            new Adapter(method, named).write(lora, "base");
            for (Map.Entry<String, Tensor> one : weights.named().entrySet()) {
                if (!one.getKey().contains("_proj.weight")) continue;
                long[] shape = one.getValue().shape();
                try (Scope product = scope.nested()) {
                    Tensor left = memory.uniform(product, 1, shape[0], Math.min(shape[0], shape[1]));
                    Tensor right = memory.uniform(product, 1, Math.min(shape[0], shape[1]), shape[1]);
                    memory.addProduct(product, one.getValue(), left, right, 1e-5);
                }
            }
            ModelFiles.copyBesideWeights(model, full, ElementType.F32);
            weights.write(full);
        }
    }

    private int threads() {
        return Integer.parseInt(options.get("threads"));
    }
}
