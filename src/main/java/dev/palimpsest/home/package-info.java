/**
 * Where the service lives on this machine: its settings, its folder, and the PostgreSQL of its own
 * that runs when no other is named.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.home;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
