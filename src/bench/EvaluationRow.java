import dev.palimpsest.spec.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** One line of the table and what it asks: pairs of a context and a continuation, item by item. */
record EvaluationRow(String name, List<List<String[]>> items) {
    static final String GENERATION = "20 samples x 64 tokens";
    private static final int EXEMPLARS = 10;

    /** The rows for which the options name a data file, and generation. */
    static List<EvaluationRow> of(Map<String, String> options) throws IOException {
        List<EvaluationRow> rows = new ArrayList<>();
        int items = Integer.parseInt(options.get("items"));
        int shots = Integer.parseInt(options.get("fewshot"));
        if (options.containsKey("hellaswag")) {
            List<JsonNode> data = read(Path.of(options.get("hellaswag")), EXEMPLARS + Math.max(items, shots));
            rows.add(new EvaluationRow("HellaSwag, 0 exemplars", hellaswag(data.subList(0, items), "")));
            StringBuilder exemplars = new StringBuilder();
            for (JsonNode item : data.subList(0, EXEMPLARS))
                exemplars.append(query(item)).append(' ')
                        .append(item.get("endings").get(item.get("label").asInt()).asString()).append("\n\n");
            rows.add(
                    new EvaluationRow(
                            "HellaSwag, the first 10 as exemplars",
                            hellaswag(data.subList(EXEMPLARS, EXEMPLARS + shots), exemplars.toString())));
        }
        if (options.containsKey("arc")) {
            List<List<String[]>> all = new ArrayList<>();
            for (JsonNode item : read(Path.of(options.get("arc")), items)) {
                List<String[]> pairs = new ArrayList<>();
                for (JsonNode choice : item.get("choices").get("text"))
                    pairs.add(
                            new String[] {
                                "Question: " + item.get("question").asString() + "\nAnswer:", " " + choice.asString()
                            });
                all.add(pairs);
            }
            rows.add(new EvaluationRow("ARC-Challenge, 0 exemplars", all));
        }
        if (options.containsKey("winogrande")) {
            List<List<String[]>> all = new ArrayList<>();
            for (JsonNode item : read(Path.of(options.get("winogrande")), items)) {
                String sentence = item.get("sentence").asString();
                int blank = sentence.indexOf('_');
                String after = " " + sentence.substring(blank + 1).strip();
                all.add(
                        List.of(
                                new String[] {sentence.substring(0, blank) + item.get("option1").asString(), after},
                                new String[] {sentence.substring(0, blank) + item.get("option2").asString(), after}));
            }
            rows.add(new EvaluationRow("WinoGrande, 0 exemplars", all));
        }
        rows.add(new EvaluationRow(GENERATION, List.of()));
        return rows;
    }

    String unit() {
        return name.equals(GENERATION) ? "tokens/s" : "items/s";
    }

    /** Reads what {@link #write} wrote. */
    static List<List<String[]>> items(Path file) throws IOException {
        List<List<String[]>> items = new ArrayList<>();
        for (JsonNode item : Binder.JSON.readTree(Files.readString(file))) {
            List<String[]> pairs = new ArrayList<>();
            for (JsonNode pair : item) pairs.add(new String[] {pair.get(0).asString(), pair.get(1).asString()});
            items.add(pairs);
        }
        return items;
    }

    void write(Path file) throws IOException {
        Files.writeString(file, Binder.JSON.writeValueAsString(items));
    }

    private static List<List<String[]>> hellaswag(List<JsonNode> data, String exemplars) {
        List<List<String[]>> all = new ArrayList<>();
        for (JsonNode item : data) {
            List<String[]> pairs = new ArrayList<>();
            for (JsonNode ending : item.get("endings"))
                pairs.add(new String[] {exemplars + query(item), " " + ending.asString()});
            all.add(pairs);
        }
        return all;
    }

    private static String query(JsonNode item) {
        return (item.get("activity_label").asString() + ": " + item.get("ctx").asString()).strip();
    }

    private static List<JsonNode> read(Path file, int count) throws IOException {
        List<JsonNode> items = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && items.size() < count; line = lines.readLine())
                items.add(Binder.JSON.readTree(line));
        }
        return items;
    }
}
