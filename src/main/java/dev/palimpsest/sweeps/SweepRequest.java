package dev.palimpsest.sweeps;

import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.InvalidSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A sweep as it was asked for.
 *
 * @param template a job spec without an experiment; what its grid sets may be left out
 * @param grid lists of values by dotted paths into the job spec, or a list of such objects
 * @param mostJobs refuses a grid of more cells
 */
record SweepRequest(
        @Nullable String name, JsonNode template, JsonNode grid, @Default("100") int mostJobs) {
    private static final int LONGEST_NAME = 200;
    private static final int MOST_JOBS = 1000;

    SweepRequest {
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
        try {
            double size = Grid.of(grid).size();
            faults.require(
                    size <= mostJobs,
                    "/grid",
                    "makes %.0f jobs, more than most_jobs, %d; leave values out, or say a most_jobs of up to %d"
                            .formatted(size, mostJobs, MOST_JOBS));
        } catch (InvalidSpec invalid) {
            for (Fault fault : invalid.faults())
                faults.require(false, "/grid" + fault.pointer(), fault.detail());
        }
        faults.raise();
    }
}
