/**
 * Where the files lie that rows name: in the home folder, or in S3, of which the home is then a
 * cache. What is stored never changes; it is known by its SHA-256 and compared with it when it is
 * read. What is deleted stays until it is purged, hidden by the database's policies; each module
 * hides, restores and purges its own kinds.
 */
@ApplicationModule(allowedDependencies = {"spec", "home", "projects", "web"})
@NullMarked
package dev.palimpsest.artifacts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
