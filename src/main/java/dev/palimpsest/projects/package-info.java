/**
 * Whose everything is. A project is a tenant: a request works in one, and the database shows it
 * that project's rows alone (migration V43), whatever is asked. Names of models, datasets and tasks
 * are the whole service's, so one that a project other than {@code default} gives begins with its
 * own: {@code vision~llama}.
 */
@ApplicationModule(allowedDependencies = {"spec", "web"})
@NullMarked
package dev.palimpsest.projects;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
