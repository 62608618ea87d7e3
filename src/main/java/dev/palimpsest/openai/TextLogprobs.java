package dev.palimpsest.openai;

import dev.palimpsest.trainer.SaidToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How likely each token of a text was.
 *
 * @param tokenLogprobs null for the first token of a prompt, which nothing foresees
 * @param topLogprobs of the likeliest tokens at each place, and of the one that stands there
 * @param textOffset how many characters of the text stand before each token
 */
record TextLogprobs(
        List<String> tokens,
        List<@Nullable Double> tokenLogprobs,
        List<Map<String, Double>> topLogprobs,
        List<Integer> textOffset) {
    static TextLogprobs of(List<SaidToken> told) {
        List<@Nullable Double> logs = new ArrayList<>();
        List<Map<String, Double>> top = new ArrayList<>();
        for (SaidToken token : told) {
            Double log = token.log();
            logs.add(log);
            top.add(log == null ? Map.of() : top(token, log));
        }
        return new TextLogprobs(
                told.stream().map(SaidToken::text).toList(),
                logs,
                top,
                told.stream().map(SaidToken::at).toList());
    }

    /** Of several tokens of one text the likeliest counts, but for the one that stands there. */
    private static Map<String, Double> top(SaidToken token, double log) {
        Map<String, Double> top = new LinkedHashMap<>();
        for (SaidToken.Likely other : token.likeliest()) top.putIfAbsent(other.text(), other.log());
        top.put(token.text(), log);
        return top;
    }
}
