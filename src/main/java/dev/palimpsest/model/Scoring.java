package dev.palimpsest.model;

import dev.palimpsest.model.LanguageModel.Likelihood;
import dev.palimpsest.model.LanguageModel.Request;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Log-likelihoods of requests whose common beginnings are read once. */
final class Scoring {
    private final Decoder decoder;
    private final List<Request> requests;
    private final float[][]
            scores; // of each request: log-likelihood and whether likeliest, in turn

    /** A token of a request's continuation that is predicted in some row. */
    private record Target(int request, int place) {}

    private Scoring(Decoder decoder, List<Request> requests) {
        this.decoder = decoder;
        this.requests = requests;
        this.scores = new float[requests.size()][];
    }

    static List<Likelihood> of(Decoder decoder, List<Request> requests) {
        return new Scoring(decoder, requests).answers();
    }

    private List<Likelihood> answers() {
        List<int[]> texts = new ArrayList<>();
        for (Request request : requests) {
            texts.add(read(request));
            scores[texts.size() - 1] = new float[2 * request.continuation().size()];
        }
        List<Reading> passes = ReadingPlan.of(texts);
        try (Scope scope = decoder.owner().nested()) {
            Reader reader = Reader.of(decoder, scope, ReadingPlan.capacity(passes));
            for (Reading pass : passes) score(scope, reader, pass);
        }
        return Arrays.stream(scores).map(Scoring::likelihood).toList();
    }

    /** The last token is foreseen, and foresees none. */
    private static int[] read(Request request) {
        List<Integer> all = new ArrayList<>(request.context());
        all.addAll(request.continuation());
        return all.subList(0, all.size() - 1).stream().mapToInt(id -> id).toArray();
    }

    private void score(Scope scope, Reader reader, Reading pass) {
        SortedMap<Integer, List<Target>> targets = new TreeMap<>(); // by row
        pass.visit(
                (segment, row) -> {
                    for (int text : segment.texts()) {
                        int first = requests.get(text).context().size() - 1;
                        int end = first + scores[text].length / 2;
                        for (int position = Math.max(first, segment.from());
                                position < Math.min(end, segment.to());
                                position++)
                            targets.computeIfAbsent(
                                            row + position - segment.from(), _ -> new ArrayList<>())
                                    .add(new Target(text, position - first));
                    }
                });
        try (Scope call = scope.nested()) {
            Tensor x = reader.read(call, pass);
            if (!targets.isEmpty()) file(decoder.score(call, x, chosen(targets)), targets);
        }
    }

    private Decoder.Chosen chosen(SortedMap<Integer, List<Target>> targets) {
        List<Long> which = new ArrayList<>();
        List<Long> tokens = new ArrayList<>();
        long row = 0;
        for (List<Target> here : targets.values()) {
            for (Target target : here) {
                which.add(row);
                tokens.add(
                        (long) requests.get(target.request()).continuation().get(target.place()));
            }
            row++;
        }
        return new Decoder.Chosen(
                targets.keySet().stream().mapToLong(i -> i).toArray(), longs(which), longs(tokens));
    }

    private void file(float[] scored, SortedMap<Integer, List<Target>> targets) {
        int at = 0;
        for (List<Target> here : targets.values())
            for (Target target : here)
                for (int i = 0; i < 2; i++)
                    scores[target.request()][2 * target.place() + i] = scored[at++];
    }

    private static Likelihood likelihood(float[] scores) {
        double sum = 0;
        boolean greedy = true;
        for (int i = 0; i < scores.length; i += 2) {
            sum += scores[i];
            greedy &= scores[i + 1] == 1;
        }
        return new Likelihood(sum, greedy);
    }

    private static long[] longs(List<Long> numbers) {
        return numbers.stream().mapToLong(n -> n).toArray();
    }
}
