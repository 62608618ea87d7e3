package dev.palimpsest.scoring;

import java.util.List;

/** The tasks of a scoring, in the order in which they are asked. */
record AskedTasks(List<AskedTask> tasks) {
    AskedTasks {
        tasks = List.copyOf(tasks);
    }
}
