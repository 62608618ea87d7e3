package dev.palimpsest.openai;

import dev.palimpsest.completions.Piece;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shapes in which one kind of completion is answered. */
interface Answer {
    /** All of it. */
    Object whole(List<Told> texts, Usage usage);

    /** What stands before the first piece of a text, if anything does. */
    @Nullable Object opening(int choice);

    Object part(Piece piece);

    /** The last chunk of a stream. */
    Object count(Usage usage);

    /** What all of one request have in common. */
    record Head(String id, long created, String model) {}
}
