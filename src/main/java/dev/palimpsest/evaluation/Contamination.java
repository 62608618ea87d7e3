package dev.palimpsest.evaluation;

import dev.palimpsest.data.Document;
import dev.palimpsest.data.DocumentFile;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Mapping;
import dev.palimpsest.spec.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Which items of tasks a dataset gives away: it has a run of words of theirs, or defines a function
 * of the same name and parameters.
 */
public final class Contamination {
    private static final int EXAMPLES = 10;
    private static final int LONGEST_EXAMPLE = 300; // characters

    private final Options options;
    private final List<Asked> tasks = new ArrayList<>();
    private final List<Item> items = new ArrayList<>();
    private final Owners runs = new Owners();
    private final Owners signatures = new Owners();

    private Contamination(Options options) {
        this.options = options;
    }

    /**
     * What counts as a hit.
     *
     * @param words how many words in a row, case and punctuation aside
     * @param signatures whether a function of the same name and parameters counts too
     */
    public record Options(int words, boolean signatures) {
        /** As GPT-3's authors chose it. */
        public static final int WORDS = 13;
    }

    /** What was the same. */
    public enum Kind {
        WORDS,
        SIGNATURE
    }

    /** A line of the dataset and an item of a task, from 0, that have the text in common. */
    public record Hit(long line, int item, Kind kind, String text) {}

    /**
     * What a task and a dataset have in common.
     *
     * @param itemsTooShort items in which there was nothing to look for
     * @param itemsLeftOut items that there was no room to look for
     * @param itemsHit items of which something was found
     * @param documentsHit documents in which something was found
     */
    public record Report(
            String task,
            int items,
            int itemsTooShort,
            int itemsLeftOut,
            int itemsHit,
            long documentsHit,
            List<Hit> examples) {}

    private record Item(Asked task, int number) {}

    private static final class Asked {
        private final String name;
        private final BitSet hit = new BitSet();
        private final List<Hit> examples = new ArrayList<>();
        private int items;
        private int tooShort;
        private int leftOut;
        private long documents;

        Asked(String name) {
            this.name = name;
        }

        Report report() {
            return new Report(
                    name,
                    items,
                    tooShort,
                    leftOut,
                    hit.cardinality(),
                    documents,
                    List.copyOf(examples));
        }
    }

    /** Reads a dataset once against the items of all tasks, given by name. */
    public static List<Report> of(
            Path dataset, Format format, Map<String, Path> tasks, Options options)
            throws IOException {
        Contamination contamination = new Contamination(options);
        for (Map.Entry<String, Path> task : tasks.entrySet())
            contamination.learn(task.getKey(), task.getValue());
        try (InputStream file = Files.newInputStream(dataset)) {
            DocumentFile.read(
                    file,
                    Mapping.of(format),
                    (line, document) -> contamination.look(line, text(document)));
        }
        return contamination.tasks.stream().map(Asked::report).toList();
    }

    private void learn(String name, Path path) throws IOException {
        Asked task = new Asked(name);
        tasks.add(task);
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine())
                learn(task, item(line, path));
        }
    }

    private static JsonNode item(String line, Path path) {
        try {
            return Binder.JSON.readTree(line);
        } catch (JacksonException broken) {
            throw new InvalidData(path + " has an item that is not JSON", broken);
        }
    }

    private void learn(Asked task, JsonNode json) {
        int owner = items.size();
        items.add(new Item(task, task.items++));
        List<String> texts = new ArrayList<>();
        gather(json, texts);
        boolean[] looked = {false, true}; // for anything; and there was room for all of it
        for (String text : texts) {
            Words.of(text)
                    .runs(
                            options.words(),
                            (_, sum) -> {
                                looked[0] = true;
                                looked[1] &= runs.add(sum, owner);
                            });
            if (!options.signatures()) continue;
            for (String signature : Signatures.of(text).keySet()) {
                looked[0] = true;
                looked[1] &= signatures.add(Words.sum(signature), owner);
            }
        }
        if (!looked[0]) task.tooShort++;
        if (!looked[1]) task.leftOut++;
    }

    /** Exemplars may be of the dataset: a model is shown them, not asked. */
    private static void gather(JsonNode json, List<String> texts) {
        if (json.isString()) texts.add(json.stringValue());
        if (json.isArray()) for (JsonNode part : json) gather(part, texts);
        json.propertyStream()
                .filter(field -> !field.getKey().equals("exemplars"))
                .forEach(field -> gather(field.getValue(), texts));
    }

    private static String text(Document document) {
        return switch (document) {
            case Document.Text(String text) -> text;
            case Document.PromptCompletion(String prompt, String completion) -> prompt + completion;
            case Document.Messages(List<Document.Message> messages) ->
                    messages.stream()
                            .map(Document.Message::content)
                            .collect(Collectors.joining("\n"));
            case Document.Fields(JsonNode row) -> {
                List<String> texts = new ArrayList<>();
                gather(row, texts);
                yield String.join("\n", texts);
            }
        };
    }

    private void look(long line, String text) {
        Map<Integer, Hit> hits = new LinkedHashMap<>();
        Words words = Words.of(text);
        Map<Integer, int[]> spans = new LinkedHashMap<>(); // of each item its first run of words
        words.runs(
                options.words(),
                (first, sum) -> runs.of(sum, owner -> extend(spans, owner, first)));
        spans.forEach(
                (owner, span) ->
                        hits.put(
                                owner,
                                hit(line, owner, Kind.WORDS, words.between(span[0], span[1]))));
        if (options.signatures())
            Signatures.of(text)
                    .forEach(
                            (signature, written) ->
                                    signatures.of(
                                            Words.sum(signature),
                                            owner ->
                                                    hits.putIfAbsent(
                                                            owner,
                                                            hit(
                                                                    line,
                                                                    owner,
                                                                    Kind.SIGNATURE,
                                                                    written))));
        file(hits);
    }

    /** Runs that follow each other are one longer run. */
    private void extend(Map<Integer, int[]> spans, int owner, int first) {
        int last = first + options.words() - 1;
        int[] span = spans.computeIfAbsent(owner, _ -> new int[] {first, last});
        if (span[1] == last - 1) span[1] = last;
    }

    private Hit hit(long line, int owner, Kind kind, String text) {
        String shown =
                text.length() <= LONGEST_EXAMPLE ? text : text.substring(0, LONGEST_EXAMPLE) + "…";
        return new Hit(line, items.get(owner).number(), kind, shown);
    }

    private void file(Map<Integer, Hit> hits) {
        BitSet counted = new BitSet();
        hits.forEach(
                (owner, hit) -> {
                    Asked task = items.get(owner).task();
                    boolean first = !task.hit.get(hit.item());
                    task.hit.set(hit.item());
                    if (first && task.examples.size() < EXAMPLES) task.examples.add(hit);
                    int place = tasks.indexOf(task);
                    if (!counted.get(place)) task.documents++;
                    counted.set(place);
                });
    }
}
