package dev.palimpsest.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items and slices counted as Python counts them: texts by code points, from the end below 0. */
final class Slices {
    private Slices() {}

    static Object item(List<Object> items, long index) {
        long at = index < 0 ? index + items.size() : index;
        return at >= 0 && at < items.size()
                ? items.get((int) at)
                : new Undefined("item %d of a list".formatted(index));
    }

    static Object item(String text, long index, Budget budget) {
        budget.spend(text.length());
        int length = text.codePointCount(0, text.length());
        long at = index < 0 ? index + length : index;
        if (at < 0 || at >= length) return new Undefined("item %d of a text".formatted(index));
        return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)));
    }

    static Object slice(
            Object value,
            @Nullable Long start,
            @Nullable Long stop,
            @Nullable Long step,
            Budget budget) {
        if (value instanceof Undefined undefined) throw undefined.used();
        long stride = step == null ? 1 : step;
        if (stride == 0) throw new Refusal("takes a slice with the step 0");
        if (value instanceof String text) {
            budget.spend(4L * text.length());
            int[] points = text.codePoints().toArray();
            StringBuilder out = new StringBuilder();
            for (int i : indices(points.length, start, stop, stride))
                out.appendCodePoint(points[i]);
            return out.toString();
        }
        if (!(value instanceof List<?> items))
            throw new Refusal("takes a slice of %s".formatted(Python.kind(value)));
        budget.spend(items.size());
        List<Object> out = new ArrayList<>();
        for (int i : indices(items.size(), start, stop, stride)) out.add(items.get(i));
        return out;
    }

    private static List<Integer> indices(
            int length, @Nullable Long start, @Nullable Long stop, long step) {
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? length : length - 1L;
        long from = start == null ? (step > 0 ? low : high) : bound(start, length, low, high);
        long to = stop == null ? (step > 0 ? high : low) : bound(stop, length, low, high);
        List<Integer> indices = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            indices.add((int) i);
            if (Math.abs(step) > length) break; // the next would be beyond, and might overflow
        }
        return indices;
    }

    private static long bound(long index, int length, long low, long high) {
        return Math.clamp(index < 0 ? Math.max(index + length, low) : index, low, high);
    }
}
