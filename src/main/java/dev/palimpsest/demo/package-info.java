/**
 * Bundled studies by profile: {@code demo} submits three jobs, watches them and prints what came
 * out; {@code miniature} runs the whole of the paper's study on a small model and keeps its report.
 * Both use the public HTTP API alone, as any client would.
 */
@ApplicationModule(allowedDependencies = "home")
@NullMarked
package dev.palimpsest.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
