package dev.palimpsest.catalog;

import dev.palimpsest.background.Work;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** The imports of one kind of thing. */
record ImportWork<T extends Imported>(Importer<T> importer, RunImport runImport, Imports imports)
        implements Work {
    @Override
    public String name() {
        return importer.task();
    }

    @Override
    public Ending run(String id, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        return runImport.run(importer, id, stopping);
    }

    @Override
    public void giveUp(String id, String fault) {
        imports.givenUp(importer.rows(), id, "the service could not import it: " + fault);
    }
}
