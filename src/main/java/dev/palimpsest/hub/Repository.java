package dev.palimpsest.hub;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A repository of the hub, by which of the hub's routes it is reached. */
public record Repository(Kind kind, String id) {
    private static final Pattern TOP_FILE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,254}");
    private static final int LONGEST_PATH = 1024;

    /** What it holds. */
    public enum Kind {
        MODEL,
        DATASET
    }

    public static Repository ofModel(String id) {
        return new Repository(Kind.MODEL, id);
    }

    public static Repository ofDataset(String id) {
        return new Repository(Kind.DATASET, id);
    }

    /** Whether it could be a file's path in a repository: no step of it leads upwards. */
    public static boolean isPath(String path) {
        return path.length() <= LONGEST_PATH
                && path.chars().noneMatch(c -> Character.isISOControl(c) || c == '\\')
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(step -> step.isBlank() || step.equals(".") || step.equals(".."));
    }

    /** Of a model the top folder alone: those below hold other formats. */
    boolean lists(String path) {
        return switch (kind) {
            case MODEL -> TOP_FILE.matcher(path).matches();
            case DATASET -> isPath(path);
        };
    }

    String listing(String revision) {
        String kinds =
                switch (kind) {
                    case MODEL -> "models";
                    case DATASET -> "datasets";
                };
        return "/api/%s/%s/revision/%s?blobs=true".formatted(kinds, id, encoded(revision));
    }

    String file(String commit, String path) {
        String steps =
                Arrays.stream(path.split("/", -1))
                        .map(Repository::encoded)
                        .collect(Collectors.joining("/"));
        return "%s/resolve/%s/%s".formatted(page(), commit, steps);
    }

    /** Where people read about it. */
    String page() {
        return switch (kind) {
            case MODEL -> "/" + id;
            case DATASET -> "/datasets/" + id;
        };
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** In the words of a sentence. */
    @Override
    public String toString() {
        return switch (kind) {
            case MODEL -> "model '%s'".formatted(id);
            case DATASET -> "dataset '%s'".formatted(id);
        };
    }
}
