package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong with the cells of a sweep, each fault once, where it stands in the request. */
final class CellFaults {
    private final SweepRequest request;
    private final Map<Fault, List<Cell>> found = new LinkedHashMap<>();

    CellFaults(SweepRequest request) {
        this.request = request;
    }

    /** Takes the faults of a cell's job spec. */
    void add(Cell cell, List<Fault> faults) {
        for (Fault fault : faults) put(cell, cell.inRequest(fault, request.template()));
    }

    /** Two cells would be one job twice. */
    void equal(Cell cell, Cell earlier) {
        put(
                cell,
                new Fault(
                        "/grid",
                        "cells %d and %d are equal (%s); leave one out"
                                .formatted(earlier.number(), cell.number(), cell.name())));
    }

    private void put(Cell cell, Fault fault) {
        found.computeIfAbsent(fault, _ -> new ArrayList<>()).add(cell);
    }

    /**
     * Throws {@link InvalidSpec} with everything found. Where the template is at fault together
     * with some cells' values only, the first of them is named.
     */
    void raise(int cells) {
        if (found.isEmpty()) return;
        throw new InvalidSpec(
                found.entrySet().stream()
                        .map(
                                entry ->
                                        entry.getValue().size() == cells
                                                        || saysWhich(entry.getKey())
                                                ? entry.getKey()
                                                : naming(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static boolean saysWhich(Fault fault) {
        return fault.pointer().startsWith("/grid") || fault.pointer().startsWith("/ladder");
    }

    private static Fault naming(Fault fault, List<Cell> cells) {
        Cell first = cells.getFirst();
        String others = cells.size() == 1 ? "" : " and %d more".formatted(cells.size() - 1);
        return new Fault(
                fault.pointer(),
                "%s (cell %d: %s%s)"
                        .formatted(fault.detail(), first.number(), first.name(), others));
    }
}
