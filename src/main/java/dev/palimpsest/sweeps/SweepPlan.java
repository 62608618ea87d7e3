package dev.palimpsest.sweeps;

import dev.palimpsest.jobs.PlanView;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a sweep would do. */
public record SweepPlan(List<CellPlan> cells, Total total) {
    /**
     * What a cell's job would do.
     *
     * @param part what the job is on its ladder
     * @param plan what a dry run of the job answers
     * @param seconds of training, at the pace of a job that is done
     */
    public record CellPlan(
            int cell,
            String name,
            Map<String, JsonNode> values,
            Rung.@Nullable Part part,
            PlanView plan,
            @Nullable Double seconds) {}

    /**
     * All cells together; a sum is null where a cell's part is not known.
     *
     * @param peakBytes the memory of the cell that needs most
     */
    public record Total(
            int jobs,
            @Nullable Long steps,
            @Nullable Long tokens,
            @Nullable Double seconds,
            @Nullable Long peakBytes) {
        /** Together with another sweep's. */
        public Total and(Total other) {
            return new Total(
                    jobs + other.jobs,
                    both(steps, other.steps, Long::sum),
                    both(tokens, other.tokens, Long::sum),
                    both(seconds, other.seconds, Double::sum),
                    both(peakBytes, other.peakBytes, Math::max));
        }

        private static <T> @Nullable T both(
                @Nullable T one, @Nullable T other, BinaryOperator<T> together) {
            return one == null || other == null ? null : together.apply(one, other);
        }
    }

    static SweepPlan of(List<CellPlan> cells) {
        return new SweepPlan(
                cells,
                new Total(
                        cells.size(),
                        sum(cells, cell -> cell.plan().steps()),
                        sum(cells, cell -> cell.plan().tokens()),
                        seconds(cells),
                        peak(cells)));
    }

    private static @Nullable Long sum(
            List<CellPlan> cells, Function<CellPlan, @Nullable Long> part) {
        long sum = 0;
        for (CellPlan cell : cells) {
            Long value = part.apply(cell);
            if (value == null) return null;
            sum += value;
        }
        return sum;
    }

    private static @Nullable Double seconds(List<CellPlan> cells) {
        double sum = 0;
        for (CellPlan cell : cells) {
            if (cell.seconds() == null) return null;
            sum += cell.seconds();
        }
        return sum;
    }

    private static @Nullable Long peak(List<CellPlan> cells) {
        return cells.stream()
                .map(cell -> cell.plan().memory())
                .filter(Objects::nonNull)
                .map(memory -> memory.peak())
                .max(Long::compare)
                .orElse(null);
    }
}
