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
    public void prepare() throws IOException {
        importer.prepare();
    }

    /** One that was cancelled while it waited comes by here too. */
    @Override
    public Ending run(String id, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        Ending ending = runImport.run(importer, id, stopping);
        if (ending == Ending.OVER) importer.forget(id);
        return ending;
    }

    @Override
    public void giveUp(String id, Throwable fault) throws IOException {
        imports.givenUp(importer.rows(), id, "the service could not import it: " + fault);
        importer.forget(id);
    }
}
