package dev.palimpsest.demo;

import java.io.IOException;

/** What a client of the service does by itself, once it is ready. */
interface Story {
    void tell(PublicApi api) throws IOException, InterruptedException;
}
