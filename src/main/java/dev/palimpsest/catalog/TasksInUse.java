package dev.palimpsest.catalog;

import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tasks need the datasets whose rows they ask. */
@Component
class TasksInUse implements InUse {
    private final CustomTasks tasks;

    TasksInUse(CustomTasks tasks) {
        this.tasks = tasks;
    }

    @Override
    public Optional<String> userOfDataset(String name) {
        return tasks.ofDataset(name).map("task "::concat);
    }
}
