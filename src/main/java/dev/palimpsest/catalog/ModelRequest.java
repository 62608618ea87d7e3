package dev.palimpsest.catalog;

import dev.palimpsest.spec.Faults;
import dev.palimpsest.spec.Name;

/** A base model to register. */
record ModelRequest(String name, ModelSource source) {
    ModelRequest {
        Faults faults = new Faults();
        Name.check(name, faults);
        faults.raise();
    }
}
