/**
 * Tasks and scores: what a model is asked, how its answers are judged, every item's result kept.
 */
@ApplicationModule(allowedDependencies = {"spec", "jinja", "data", "model", "sandbox"})
@NullMarked
package dev.palimpsest.evaluation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
