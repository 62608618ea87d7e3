package dev.palimpsest.figures;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Points that belong together, in the order in which they are joined.
 *
 * @param look which colour and shape; equal ones say that series belong together
 * @param gaps the places in points of those that are not joined to the one before
 */
public record Series(String name, int look, Kind kind, List<Point> points, Set<Integer> gaps) {
    /** How a series is drawn. */
    public enum Kind {
        /** Filled marks, joined by a line. */
        JOINED,
        /** Hollow marks, joined by dots. */
        DOTTED,
        /** Filled marks alone. */
        POINTS,
        /** A grey staircase without marks: what no point is above and to the left of. */
        FRONT
    }

    public Series {
        points = List.copyOf(points);
        gaps = Set.copyOf(gaps);
        if (look < 0) throw new IllegalArgumentException("look must be at least 0, got " + look);
    }

    public Series(String name, int look, Kind kind, List<Point> points) {
        this(name, look, kind, points, Set.of());
    }

    /** Joined marks; a place without one breaks the line. */
    public static Series joined(String name, int look, List<Optional<Point>> places) {
        List<Point> points = new ArrayList<>();
        Set<Integer> gaps = new HashSet<>();
        for (Optional<Point> place : places)
            place.ifPresentOrElse(points::add, () -> gaps.add(points.size()));
        return new Series(name, look, Kind.JOINED, points, gaps);
    }
}
