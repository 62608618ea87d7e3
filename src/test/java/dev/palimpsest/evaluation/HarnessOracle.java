package dev.palimpsest.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Exemplars;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** What lm-evaluation-harness made of some items; the folder's README.md has its origin. */
record HarnessOracle(String name, JsonNode json) {
    private static final Path BUNDLED = Path.of("src/test/resources/benchmarks");
    private static final Path FOLDER =
            Path.of(System.getProperty("palimpsest.harness", "src/test/resources/oracles/harness"));
    private static final BenchmarkFolder DATA =
            new BenchmarkFolder(
                    Path.of(System.getProperty("palimpsest.benchmarks", BUNDLED.toString())));

    private static final boolean ALL = Boolean.getBoolean("palimpsest.harness.all");

    static Stream<HarnessOracle> all() {
        return Stream.of(
                        "arc_challenge",
                        "arc_challenge_5",
                        "gsm8k",
                        "hellaswag",
                        "hellaswag_10_first",
                        "winogrande",
                        "winogrande_5")
                .map(HarnessOracle::read);
    }

    static HarnessOracle read(String name) {
        try (InputStream file = Files.newInputStream(FOLDER.resolve(name + ".json.gz"))) {
            return new HarnessOracle(name, Binder.JSON.readTree(new GZIPInputStream(file)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Its own data, unless this is HellaSwag's and only some of its items are at hand. */
    Optional<List<Question>> questions() throws IOException {
        boolean bundled = DATA.path().equals(BUNDLED);
        if (!benchmark().equals("hellaswag") || !bundled)
            return DATA.find(task().file()).isEmpty()
                    ? Optional.empty()
                    : Optional.of(task().rendering(DATA, protocol()).of(samples()));
        List<Rendering.Document> documents = someOfHellaSwag();
        return Optional.of(new Rendering(documents, documents, true, protocol()).of(samples()));
    }

    /** The first document stands where there is none. */
    private List<Rendering.Document> someOfHellaSwag() throws IOException {
        List<Rendering.Document> some =
                DATA.find("hellaswag_val_some.jsonl").orElseThrow().documents(HellaSwag::item);
        List<Rendering.Document> documents =
                new ArrayList<>(Collections.nCopies(10042, some.getFirst()));
        for (Rendering.Document document : some)
            documents.set(document.row().path("number").intValue(), document);
        return documents;
    }

    Benchmark task() {
        return (Benchmark) BuiltInTasks.named(benchmark()).orElseThrow();
    }

    String benchmark() {
        return json.path("task").asString().replaceFirst("_\\d+(_first)?$", "");
    }

    private Protocol protocol() {
        int fewShot = json.path("config").path("num_fewshot").intValue();
        return new Protocol(
                Convention.LM_EVAL,
                fewShot,
                name.endsWith("_first") ? Exemplars.FIRST_N : Exemplars.SAMPLED);
    }

    private List<Integer> samples() {
        return json.path("samples").valueStream().map(JsonNode::intValue).toList();
    }

    /** An item a sample: a task of two filters lists its items once for each. */
    List<JsonNode> items() {
        return json.path("items").valueStream().limit(samples().size()).toList();
    }

    List<JsonNode> items(int count) {
        return json.path("items").valueStream().limit(count).toList();
    }

    /** How many of them a model is asked: it takes a core a quarter of an hour to answer all. */
    int asked() {
        return ALL ? samples().size() : Math.ceilDiv(samples().size(), 4);
    }

    /** The harness's score, of the items that are asked. */
    double result(String metric, String filter) {
        List<Double> scores =
                json.path("items")
                        .valueStream()
                        .filter(item -> item.path("filter").asString().equals(filter))
                        .map(item -> item.path(metric).doubleValue())
                        .toList();
        assertThat(mean(scores))
                .isCloseTo(
                        json.path("results").path(metric + "," + filter).doubleValue(),
                        within(1e-9));
        return mean(scores.subList(0, asked()));
    }

    private static double mean(List<Double> scores) {
        return scores.stream().mapToDouble(score -> score).average().orElseThrow();
    }
}
