/**
 * What is seen of the service from outside: gauges read from the database, traces that go with a
 * job from its request to its trainer, and whether it and its pool are well.
 */
@ApplicationModule(allowedDependencies = "home")
@NullMarked
package dev.palimpsest.telemetry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
