package dev.palimpsest.projects;

import java.time.Instant;

/** A project as it is answered, with what it has of its quotas. */
record ProjectView(String id, double weight, Quotas quotas, Use use, Instant createdAt) {
    static ProjectView of(Project project, Use use) {
        return new ProjectView(
                project.id(), project.weight(), project.quotas(), use, project.createdAt());
    }
}
