/** What jobs start from: base models, datasets and tasks; registered whole or not at all. */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "background",
            "columns",
            "data",
            "tables",
            "model",
            "evaluation",
            "gguf",
            "hub",
            "home",
            "access",
            "artifacts",
            "projects",
            "web"
        })
@NullMarked
package dev.palimpsest.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
