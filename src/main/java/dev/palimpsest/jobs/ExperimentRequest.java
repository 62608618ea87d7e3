package dev.palimpsest.jobs;

import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A new experiment as it was asked for.
 *
 * @param preset whose values are in the other fields
 * @param convention by whose rules its tasks of choices are asked, the same for all its jobs
 */
public record ExperimentRequest(
        String name,
        @Nullable String description,
        String baseModel,
        @Default("[]") List<String> learningTasks,
        @Default("[]") List<String> forgettingTasks,
        @Default("\"lm_eval\"") Convention convention,
        @Nullable String preset,
        @Default("{}") Map<String, String> tags) {
    static final int LONGEST_NAME = 200;

    public ExperimentRequest {
        learningTasks = List.copyOf(learningTasks);
        forgettingTasks = List.copyOf(forgettingTasks);
        tags = Map.copyOf(tags);
        new Faults()
                .require(
                        !name.isBlank() && name.length() <= LONGEST_NAME,
                        "/name",
                        "must have 1 to " + LONGEST_NAME + " characters")
                .require(!baseModel.isBlank(), "/base_model", "must name a model")
                .require(
                        !learningTasks.isEmpty() || !forgettingTasks.isEmpty(),
                        "/learning_tasks",
                        "must name at least one task, here or in forgetting_tasks")
                .require(
                        distinct(learningTasks), "/learning_tasks", "must name each task only once")
                .require(
                        distinct(forgettingTasks),
                        "/forgetting_tasks",
                        "must name each task only once")
                .require(
                        learningTasks.stream().noneMatch(forgettingTasks::contains),
                        "/forgetting_tasks",
                        "must name no task that is in learning_tasks too")
                .require(tags.size() <= 64, "/tags", "must be at most 64, got " + tags.size())
                .raise();
    }

    private static boolean distinct(List<String> names) {
        return new HashSet<>(names).size() == names.size();
    }
}
