package dev.palimpsest.advice;

import dev.palimpsest.advice.Condition.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The ends of an experiment's runs, by condition. Methods are compared each at the rate that it
 * learned most with (paper, section 4.7: each method's rate is to be chosen for itself).
 *
 * @param tuned each condition at that rate
 * @param unit of learning and forgetting
 */
record Evidence(List<Swept> swept, List<Tuned> tuned, String unit) {
    static Evidence of(List<Ended> runs, String unit) {
        Map<Condition, Swept> conditions = new LinkedHashMap<>();
        for (Ended run : runs) conditions.computeIfAbsent(run.condition(), Swept::none).add(run);
        List<Swept> swept = List.copyOf(conditions.values());
        return new Evidence(
                swept, swept.stream().map(Swept::best).flatMap(Optional::stream).toList(), unit);
    }

    List<Tuned> where(Predicate<Condition> wanted) {
        return tuned.stream().filter(one -> wanted.test(one.condition())).toList();
    }

    List<Tuned> full() {
        return where(condition -> !condition.lora());
    }

    List<Tuned> lora() {
        return where(Condition::lora);
    }

    /** Those that differ in nothing but some fields, together. */
    Collection<List<Tuned>> alikeBut(Collection<Tuned> some, Field first, Field... more) {
        Map<List<Object>, List<Tuned>> groups = new LinkedHashMap<>();
        for (Tuned one : some)
            groups.computeIfAbsent(one.condition().but(first, more), _ -> new ArrayList<>())
                    .add(one);
        return groups.values();
    }

    /** Those that differ from one in nothing but some fields; itself among them. */
    List<Tuned> alike(Tuned one, Field first, Field... more) {
        List<Object> key = one.condition().but(first, more);
        return where(condition -> condition.but(first, more).equals(key));
    }

    /**
     * Those that differ from one in a field alone; where that was not varied there, those of the
     * nearest rank and length where it was.
     */
    List<Tuned> varied(Tuned one, Field field) {
        List<Tuned> here = alike(one, field);
        if (here.size() > 1) return here;
        return alikeBut(alike(one, field, Field.RANK, Field.LENGTH), field).stream()
                .filter(group -> group.size() > 1)
                .min(Comparator.comparingDouble(group -> one.distance(group.getFirst())))
                .orElse(here);
    }

    /**
     * The sweep over rates of one; where only one rate was run there, that of the nearest length
     * where several were, with or without weight decay and dropout.
     */
    Swept sweptAlike(Tuned one) {
        if (one.swept().runs().size() > 1) return one.swept();
        return alike(one, Field.LENGTH, Field.WEIGHT_DECAY, Field.ATTENTION_DROPOUT).stream()
                .filter(other -> other.swept().runs().size() > 1)
                .min(Comparator.comparingDouble(one::distance))
                .orElse(one)
                .swept();
    }

    /** Of each rank the one that learned most, whatever its alpha, targets and variant. */
    static SortedMap<Integer, Tuned> byRank(Collection<Tuned> lora) {
        SortedMap<Integer, Tuned> best = new TreeMap<>();
        for (Tuned one : lora)
            best.merge(one.condition().rank(), one, (a, b) -> b.learning() > a.learning() ? b : a);
        return best;
    }

    static Optional<Tuned> most(Collection<Tuned> some) {
        return some.stream().max(Comparator.comparingDouble(Tuned::learning));
    }

    /** Full finetuning and the ranks of LoRA that are alike but for the method. */
    record Match(List<Tuned> full, SortedMap<Integer, Tuned> lora) {}

    /** With or without a look at recipes; by length in the order of tokens. */
    List<Match> matches(Field... apart) {
        List<Match> matches = new ArrayList<>();
        for (List<Tuned> group : alikeBut(tuned, Field.METHOD, apart)) {
            List<Tuned> full = group.stream().filter(one -> !one.condition().lora()).toList();
            List<Tuned> lora = group.stream().filter(one -> one.condition().lora()).toList();
            if (!full.isEmpty() && !lora.isEmpty()) matches.add(new Match(full, byRank(lora)));
        }
        matches.sort(
                Comparator.comparingDouble(
                        match -> Objects.requireNonNull(match.full().getFirst()).tokens()));
        return matches;
    }
}
