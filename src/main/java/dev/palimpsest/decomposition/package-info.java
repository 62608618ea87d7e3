/** What finetuning changed in each matrix: singular values of W, W' and W' - W. */
@ApplicationModule(allowedDependencies = {"spec", "torch", "model"})
@NullMarked
package dev.palimpsest.decomposition;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
