/** What all endpoints share: how a request is bound, how a fault is said, pages, ids, OpenAPI. */
@ApplicationModule(allowedDependencies = "spec")
@NullMarked
package dev.palimpsest.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
