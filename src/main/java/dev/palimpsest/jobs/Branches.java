package dev.palimpsest.jobs;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Branch;
import dev.palimpsest.spec.Duration;
import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.JobSpec;
import dev.palimpsest.spec.Schedule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a branch goes on from: a trunk that differs in nothing but its length. */
@Component
public class Branches {
    private static final String POINTER = "/branch/job";

    /** Of both, what is asked about a job, and what a trunk keeps for its branches. */
    private static final List<String> ASIDE =
            List.of(
                    "experiment",
                    "name",
                    "executor",
                    "preset",
                    "base_model",
                    "branch",
                    "checkpoints",
                    "guards",
                    "analysis",
                    "resources",
                    "tags");

    private static final List<String> LENGTH = List.of("epochs", "max_tokens", "max_steps");

    /** Steps of a trunk of which only the parts count. */
    private static final long MANY = 1L << 40;

    private final Jobs jobs;
    private final Checkpoints checkpoints;

    Branches(Jobs jobs, Checkpoints checkpoints) {
        this.jobs = jobs;
        this.checkpoints = checkpoints;
    }

    /** The checkpoint that a branch goes on from, once its trunk has it. */
    public Optional<Checkpoint> start(JobSpec spec) {
        Branch branch = spec.branch();
        if (branch == null) return Optional.empty();
        Duration whole = spec.training().duration();
        return checkpoints.newestFirst(branch.job()).stream()
                .filter(Checkpoint::resumable)
                .filter(at -> branch.mayLeaveAt(whole, at.step(), at.epoch(), at.tokens()))
                .findFirst();
    }

    /** Why a branch cannot begin, and what makes one begin. */
    public static String noStart(JobSpec spec, Branch branch) {
        String due =
                switch (spec.training().duration()) {
                    case Duration.Steps(long count) ->
                            "{\"steps\": [%d]}".formatted(branch.before(count));
                    case Duration.Tokens(long count) ->
                            "{\"tokens\": [%d]}".formatted(branch.before(count));
                    case Duration.Epochs(double count) ->
                            "{\"epochs\": [%s]}".formatted(branch.before(count));
                };
        return "job %s has no checkpoint to go on from before the cooldown; submit it again with checkpoints.at %s and branch from that"
                .formatted(branch.job(), due);
    }

    /** Its trunk, whose row is locked, so that it does not end before the branch is stored. */
    Optional<Job> trunk(JobSpec spec) {
        Branch branch = spec.branch();
        return branch == null ? Optional.empty() : jobs.findAndLock(branch.job());
    }

    /** Says all in which a branch does not fit its trunk. */
    void check(JobSpec spec, Faults faults) {
        Branch branch = spec.branch();
        if (branch == null) return;
        Optional<Job> found = trunk(spec);
        faults.require(
                found.isPresent(),
                POINTER,
                "there is no job '%s'; GET /api/v1/jobs lists those there are"
                        .formatted(branch.job()));
        if (found.isEmpty()) return;
        Job trunk = found.get();
        faults.require(
                trunk.experiment().equals(spec.experiment()),
                POINTER,
                "'%s' belongs to experiment %s; a branch belongs to its trunk's"
                        .formatted(trunk.id(), trunk.experiment()));
        faults.require(
                !trunk.spec().external(),
                POINTER,
                "'%s' is trained elsewhere; a trunk is trained here".formatted(trunk.id()));
        Branch other = trunk.spec().branch();
        if (other != null) {
            faults.require(
                    false,
                    POINTER,
                    "'%s' is a branch itself; name its trunk, '%s'"
                            .formatted(trunk.id(), other.job()));
            return;
        }
        differ(compared(spec), compared(trunk.spec()), "", faults);
        if (trunk.status() != Status.SUCCEEDED) {
            rateIsUp(spec, trunk.spec(), faults);
            return;
        }
        Optional<Checkpoint> start = start(spec);
        faults.require(start.isPresent(), POINTER, noStart(spec, branch));
        long steps = trunk.totalSteps().orElse(0L);
        start.ifPresent(
                at ->
                        rateIsUp(
                                spec.training().schedule(),
                                at.step(),
                                steps,
                                step -> "step " + step,
                                faults));
    }

    /** The same of a trunk that is not stored yet, made of the same spec. */
    void check(JobSpec spec, JobSpec trunk, Faults faults) {
        rateIsUp(spec, trunk, faults);
    }

    /** As far as it is known before the data is tokenised; the trainer looks again. */
    private static void rateIsUp(JobSpec spec, JobSpec trunk, Faults faults) {
        Branch branch = spec.branch();
        if (branch == null) return;
        Schedule schedule = spec.training().schedule();
        double part = part(branch, spec.training().duration(), trunk.training().duration());
        if (Double.isNaN(part) && schedule instanceof Schedule.InverseSquareRoot) return;
        double left = Double.isNaN(part) ? 1 : Math.min(1, part);
        rateIsUp(
                schedule,
                Math.round(left * MANY),
                MANY,
                at -> Math.round(100.0 * at / MANY) + " %",
                faults);
    }

    private static void rateIsUp(
            Schedule schedule, long from, long steps, LongFunction<String> words, Faults faults) {
        long falling = schedule.fallsAfter(steps);
        faults.require(
                from <= falling,
                "/training/schedule",
                "falls by itself after %s of the trunk, which is left at %s: a trunk needs the schedule constant, or inverse_square_root with cooldown 0"
                        .formatted(words.apply(falling), words.apply(from)));
    }

    /** Where the trunk is left, as a part of it; NaN where the two count in different units. */
    private static double part(Branch branch, Duration whole, Duration trunk) {
        return switch (whole) {
            case Duration.Steps(long count) when trunk instanceof Duration.Steps(long its) ->
                    (double) branch.before(count) / its;
            case Duration.Tokens(long count) when trunk instanceof Duration.Tokens(long its) ->
                    (double) branch.before(count) / its;
            case Duration.Epochs(double count) when trunk instanceof Duration.Epochs(double its) ->
                    branch.before(count) / its;
            case Duration.Steps _, Duration.Tokens _, Duration.Epochs _ -> Double.NaN;
        };
    }

    private static JsonNode compared(JobSpec spec) {
        ObjectNode json = Binder.JSON.valueToTree(spec);
        json.remove(ASIDE);
        ((ObjectNode) json.path("training")).remove(LENGTH);
        ((ObjectNode) json.path("evaluation")).remove("at");
        return json;
    }

    private static void differ(JsonNode branch, JsonNode trunk, String pointer, Faults faults) {
        if (!branch.isObject() || !trunk.isObject()) {
            faults.require(
                    branch.equals(trunk),
                    pointer,
                    "must be its trunk's, %s, got %s".formatted(trunk, branch));
        } else if (!branch.path("type").equals(trunk.path("type"))) {
            differ(branch.path("type"), trunk.path("type"), pointer + "/type", faults);
        } else {
            Set<String> fields = new TreeSet<>(branch.propertyNames());
            fields.addAll(trunk.propertyNames());
            for (String field : fields)
                differ(branch.path(field), trunk.path(field), pointer + "/" + field, faults);
        }
    }
}
