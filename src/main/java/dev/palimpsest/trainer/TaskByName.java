package dev.palimpsest.trainer;

import dev.palimpsest.evaluation.BuiltInTasks;
import dev.palimpsest.evaluation.KnownTask;
import dev.palimpsest.evaluation.Task;
import dev.palimpsest.evaluation.TaskDefinition;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.spec.Convention;
import org.jspecify.annotations.Nullable;

/** A run file's task: defined in the file, or one that every build has. */
final class TaskByName {
    private TaskByName() {}

    static Task of(String name, @Nullable TaskDefinition definition, Convention convention) {
        KnownTask known =
                definition == null
                        ? BuiltInTasks.named(name)
                                .orElseThrow(
                                        () ->
                                                new UnsupportedModel(
                                                        "there is no task named " + name))
                        : definition.task();
        return known.task().under(convention);
    }
}
