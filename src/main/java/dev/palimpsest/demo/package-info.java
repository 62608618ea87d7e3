/**
 * The bundled study by the profile {@code demo}: it submits jobs, watches them and prints what came
 * out, all through the public HTTP API as any client would.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
