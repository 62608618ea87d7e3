/** A request that is sent twice is done once: what an {@code Idempotency-Key} stands for. */
@ApplicationModule(allowedDependencies = {"spec", "access"})
@NullMarked
package dev.palimpsest.idempotency;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
