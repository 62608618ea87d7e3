package dev.palimpsest.figures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;

/** Where an axis begins and ends, and what stands along it. */
record Ticks(boolean isLog, double min, double max, List<Tick> ticks) {
    private static final double MARGIN = 0.05;
    private static final int WANTED = 7;
    private static final double NARROW = 2.2; // decades in which 2 and 5 are named too

    /** A value and its name. */
    record Tick(double value, String label) {}

    static Ticks of(Axis axis, List<Double> values) {
        return switch (axis.scale()) {
            case LINEAR -> linear(values);
            case LOG -> log(values);
            case CATEGORIES -> categories(axis.categories());
        };
    }

    /** The value that stands so large a share of the axis further along. */
    double moved(double value, double share) {
        return isLog ? value * Math.pow(max / min, share) : value + share * (max - min);
    }

    private static Ticks categories(List<String> names) {
        return new Ticks(
                false,
                -0.5,
                names.size() - 0.5,
                IntStream.range(0, names.size()).mapToObj(i -> new Tick(i, names.get(i))).toList());
    }

    private static Ticks linear(List<Double> values) {
        double low = values.stream().mapToDouble(v -> v).min().orElse(0);
        double high = values.stream().mapToDouble(v -> v).max().orElse(1);
        if (low == high) {
            double around = low == 0 ? 1 : Math.abs(low) / 10;
            low -= around;
            high += around;
        }
        double margin = MARGIN * (high - low);
        double min = low >= 0 && low < margin ? 0 : low - margin;
        double max = high + margin;
        double step = step((max - min) / WANTED);
        int digits = Math.max(0, (int) -Math.floor(Math.log10(step)));
        return new Ticks(
                false, min, max, inside(min, max, step, value -> Numbers.fixed(value, digits)));
    }

    private static Ticks log(List<Double> values) {
        double low = Math.log10(values.stream().mapToDouble(v -> v).min().orElse(1));
        double high = Math.log10(values.stream().mapToDouble(v -> v).max().orElse(10));
        double margin = Math.max(0.06, MARGIN * (high - low));
        double min = Math.pow(10, low - margin);
        double max = Math.pow(10, high + margin);
        List<Tick> ticks = new ArrayList<>();
        boolean narrow = high - low < NARROW;
        int stride = (int) Math.ceil((high - low) / 8);
        for (int power = (int) Math.floor(low) - 1; power <= Math.ceil(high); power++)
            for (int digit : narrow ? new int[] {1, 2, 5} : new int[] {1}) {
                double value = digit * Math.pow(10, power);
                if (value < min || value > max || (!narrow && power % stride != 0)) continue;
                ticks.add(new Tick(value, Numbers.shortly(value)));
            }
        if (ticks.size() >= 2) return new Ticks(true, min, max, ticks);
        double step =
                step((max - min) / WANTED); // hardly a round number stands on so short an axis
        return new Ticks(true, min, max, inside(min, max, step, Numbers::shortly));
    }

    /** All multiples of the step that stand on the axis. */
    private static List<Tick> inside(
            double min, double max, double step, DoubleFunction<String> label) {
        List<Tick> ticks = new ArrayList<>();
        double slack = step / 1000;
        for (double at = Math.ceil((min - slack) / step); at * step <= max + slack; at++)
            ticks.add(new Tick(at * step, label.apply(at * step)));
        return ticks;
    }

    /** The next of 1, 2 and 5 times a power of ten. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (int digit : new int[] {1, 2, 5}) if (digit * power >= least) return digit * power;
        return 10 * power;
    }
}
