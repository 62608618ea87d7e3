package dev.palimpsest.sweeps;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The jobs that a sweep makes: each cell of its grid, or the template alone, on each rung. */
final class Cells {
    private Cells() {}

    static List<Cell> of(@Nullable JsonNode grid, @Nullable Ladder ladder) {
        List<Cell> cells =
                grid == null ? List.of(new Cell(0, List.of(), null, null)) : Grid.of(grid).cells();
        if (ladder == null) return cells;
        List<Rung> rungs = ladder.rungs();
        List<Cell> all = new ArrayList<>();
        for (Cell cell : cells) {
            int first = all.size();
            for (Rung rung : rungs)
                all.add(
                        new Cell(
                                all.size(),
                                cell.choices(),
                                rung,
                                rung.part() == Rung.Part.BRANCH ? first : null));
        }
        return all;
    }
}
