/**
 * Where the service may connect to when others name the address: public hosts, and what its
 * operator allows besides, but never this machine or its neighbours by themselves.
 */
@ApplicationModule(allowedDependencies = "home")
@NullMarked
package dev.palimpsest.egress;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
