package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A sweep as it was asked for.
 *
 * @param template a job spec without an experiment; what its grid sets may be left out
 * @param grid lists of values by dotted paths into the job spec, or a list of such objects; with a
 *     ladder it may be left out
 * @param ladder budgets for each of which every cell is trained
 * @param mostJobs refuses to make more
 */
public record SweepRequest(
        @Nullable String name,
        JsonNode template,
        @Nullable JsonNode grid,
        @Nullable Ladder ladder,
        @Default("100") int mostJobs) {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_JOBS = 1000;

    public SweepRequest {
        Faults faults = new Faults();
        faults.require(
                        name == null || (!name.isBlank() && name.length() <= LONGEST_NAME),
                        "/name",
                        "must have 1 to " + LONGEST_NAME + " characters")
                .require(template.isObject(), "/template", "must be a job spec")
                .require(
                        !template.has("experiment"),
                        "/template/experiment",
                        "is said by the path; leave it out")
                .between(mostJobs, 1, MOST_JOBS, "/most_jobs");
        faults.require(
                grid != null || ladder != null,
                "/ladder",
                "is required where there is no grid, and a grid where there is no ladder");
        if (ladder != null)
            for (String field : ladder.fields())
                faults.require(
                        template.at("/" + field.replace('.', '/')).isMissingNode(),
                        "/template/" + field.replace('.', '/'),
                        "is said by the ladder; leave it out");
        double rungs = ladder == null ? 1 : ladder.rungs().size();
        double size = rungs * (grid == null ? 1 : cells(grid, ladder, faults));
        faults.require(
                size <= mostJobs,
                grid == null ? "/ladder" : "/grid",
                "makes %.0f jobs, more than most_jobs, %d; leave values out, or say a most_jobs of up to %d"
                        .formatted(size, mostJobs, MOST_JOBS));
        faults.raise();
    }

    private static double cells(JsonNode grid, @Nullable Ladder ladder, Faults faults) {
        try {
            Grid read = Grid.of(grid);
            if (ladder != null)
                for (List<Axis> axes : read.parts())
                    for (Axis axis : axes)
                        faults.require(
                                ladder.fields().stream().noneMatch(axis::isOf),
                                "/grid" + axis.pointer(),
                                "is said by the ladder; leave it out");
            return read.size();
        } catch (InvalidSpec invalid) {
            for (Fault fault : invalid.faults())
                faults.require(false, "/grid" + fault.pointer(), fault.detail());
            return 0;
        }
    }
}
