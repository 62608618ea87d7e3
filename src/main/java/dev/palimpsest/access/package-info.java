/**
 * Who may do what: keys that this service makes, tokens of an issuer that it trusts, the trail of
 * what was done, and how often somebody may ask. On a loopback address with nothing configured
 * everybody may do everything.
 */
@ApplicationModule(allowedDependencies = {"spec", "home", "projects", "web"})
@NullMarked
package dev.palimpsest.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
