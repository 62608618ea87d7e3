package dev.palimpsest.projects;

import dev.palimpsest.spec.Faults;
import org.jspecify.annotations.Nullable;

/**
 * What may change about a project; what is left out stays.
 *
 * @param quotas all of them: one that is left out of these is none
 */
record ProjectEdit(@Nullable Double weight, @Nullable Quotas quotas) {
    private static final double LEAST_WEIGHT = 0.001;
    private static final double MOST_WEIGHT = 1000;

    ProjectEdit {
        Faults faults = new Faults();
        if (weight != null) faults.between(weight, LEAST_WEIGHT, MOST_WEIGHT, "/weight");
        faults.raise();
    }

    Project of(Project project) {
        return new Project(
                project.id(),
                weight == null ? project.weight() : weight,
                quotas == null ? project.quotas() : quotas,
                project.version() + 1,
                project.createdAt());
    }
}
