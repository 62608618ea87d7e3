/** Files of a Hugging Face hub by id and revision: resumed, verified, and kept by content. */
@ApplicationModule(allowedDependencies = {"spec", "home", "egress"})
@NullMarked
package dev.palimpsest.hub;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
