package dev.palimpsest.trainer;

import dev.palimpsest.training.Checkpoint;
import dev.palimpsest.training.Checkpoint.Damaged;
import dev.palimpsest.training.Diverged;
import dev.palimpsest.training.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints from which a run can go on, the newest first: those it was given and those it has
 * saved since, as many as are kept. A damaged one is named and passed over. A branch that has none
 * left goes on from its trunk's.
 */
final class ReturnPoints {
    private static final Logger LOG = LoggerFactory.getLogger(ReturnPoints.class);

    private final Plan plan;
    private final int keepLast;
    private final Optional<Checkpoint> trunk;
    private final List<Point> newestFirst = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();

    private record Point(Checkpoint checkpoint, long step) {}

    ReturnPoints(Run run, Plan plan) throws IOException {
        this.plan = plan;
        this.keepLast = run.spec().checkpoints().keepLast();
        this.trunk =
                Optional.ofNullable(run.trunk())
                        .map(left -> new Checkpoint(Path.of(left.checkpoint())));
        for (String folder : run.resumeFrom()) {
            Checkpoint checkpoint = new Checkpoint(Path.of(folder));
            try {
                newestFirst.add(new Point(checkpoint, checkpoint.step()));
            } catch (Damaged damaged) {
                passOver(damaged);
            }
        }
        forgetOld();
    }

    /** What the owner of the run should know about its checkpoints. */
    List<String> damages() {
        return damages;
    }

    /** Where to go on. */
    Optional<Checkpoint> newest() throws Damaged, IOException {
        while (!newestFirst.isEmpty()) {
            Checkpoint checkpoint = newestFirst.getFirst().checkpoint();
            try {
                checkpoint.verify();
                return Optional.of(checkpoint);
            } catch (Damaged damaged) {
                passOver(damaged);
                newestFirst.removeFirst();
            }
        }
        if (trunk.isPresent()) trunk.get().verify(); // there is no other beginning
        return trunk;
    }

    /** Another job's is only read. */
    boolean isTrunks(Checkpoint checkpoint) {
        return trunk.isPresent() && trunk.get().equals(checkpoint);
    }

    /**
     * Where to go back to: a checkpoint from which a step was made that went well, and one that an
     * undisturbed run has too, so that it goes back to the same.
     */
    Optional<Checkpoint> newestBefore(Diverged diverged) throws Damaged, IOException {
        newestFirst.removeIf(
                point -> diverged.comesFrom(point.step()) || !plan.savesAfter(point.step()));
        return newest();
    }

    void add(Checkpoint saved, long step) {
        newestFirst.addFirst(new Point(saved, step));
        forgetOld();
    }

    /** What housekeeping deletes, if it has not done so yet. */
    private void forgetOld() {
        int planned = 0;
        for (Point point : List.copyOf(newestFirst))
            if (plan.savesAfter(point.step()) && ++planned > keepLast) newestFirst.remove(point);
    }

    private void passOver(Damaged damaged) {
        damages.add(damaged.getMessage() + "; it was passed over");
        LOG.warn(damages.getLast());
    }
}
