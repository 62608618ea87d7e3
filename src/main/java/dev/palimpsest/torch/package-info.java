/** libtorch by way of DJL: kernels packed from source, tensors and the scopes that free them. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.torch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
