/**
 * MLflow's tracking API: its clients log what is trained elsewhere into experiments here, as jobs
 * with the executor external, and read every job as a run.
 */
@ApplicationModule(allowedDependencies = {"spec", "filter", "jobs", "metrics", "external", "web"})
@NullMarked
package dev.palimpsest.mlflow;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
