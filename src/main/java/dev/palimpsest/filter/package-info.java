/** The language in which lists are asked: conditions, orders and fields, read and made into SQL. */
@ApplicationModule(allowedDependencies = {"web"})
@NullMarked
package dev.palimpsest.filter;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
