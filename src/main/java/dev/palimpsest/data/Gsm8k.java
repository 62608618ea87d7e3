package dev.palimpsest.data;

import dev.palimpsest.spec.Binder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The bundled study's target domain: the grade school word problems of GSM8K, as published. */
public final class Gsm8k {
    private Gsm8k() {}

    /** A question and its worked answer with calculator annotations, {@code <<48/2=24>>}. */
    public record Problem(String question, String answer) {
        public String prompt() {
            return "Question: " + question + "\nAnswer:";
        }

        public String completion() {
            return " " + answer;
        }
    }

    public static List<Problem> train() {
        return read("/gsm8k/train.jsonl.gz");
    }

    public static List<Problem> test() {
        return read("/gsm8k/test.jsonl.gz");
    }

    private static List<Problem> read(String path) {
        InputStream resource = Gsm8k.class.getResourceAsStream(path);
        if (resource == null) throw new IllegalStateException(path + " is not in this build");
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(resource), StandardCharsets.UTF_8))) {
            return lines.lines().map(line -> Binder.bind(line, Problem.class)).toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(path + " cannot be read", broken);
        }
    }
}
