/** What happened to jobs: listed, and told to whoever listens while it happens. */
@ApplicationModule(allowedDependencies = {"spec", "jobs", "metrics", "web"})
@NullMarked
package dev.palimpsest.events;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
