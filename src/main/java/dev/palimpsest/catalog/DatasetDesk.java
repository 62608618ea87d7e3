package dev.palimpsest.catalog;

import dev.palimpsest.data.FileFormat;
import dev.palimpsest.data.Format;
import dev.palimpsest.data.Mapping;
import dev.palimpsest.data.PlainText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Where other modules bring files that they received, to be datasets. */
@Component
public class DatasetDesk {
    private final StoreDataset store;
    private final Clock clock;
    private final DataSize largest;

    DatasetDesk(
            StoreDataset store,
            Clock clock,
            @Value("${palimpsest.largest-upload}") DataSize largest) {
        this.store = store;
        this.clock = clock;
        this.largest = largest;
    }

    /**
     * Registers a file of JSON Lines in the format's own words, which stays where it is; an {@link
     * dev.palimpsest.spec.InvalidSpec} names each bad line.
     *
     * @param with what is to be stored in the same transaction
     */
    public void register(
            String name, Format format, Path file, String description, Consumer<Dataset> with)
            throws IOException {
        DatasetUpload upload =
                new DatasetUpload(
                        name,
                        FileFormat.JSONL,
                        PlainText.Split.BLANK_LINES,
                        Mapping.of(format),
                        description,
                        null,
                        null);
        Intake intake = new Intake(upload, largest.toBytes());
        store.store(
                name,
                folder -> {
                    Folder.link(file, folder.resolve(Sent.ALONE.file()));
                    return intake.into(folder);
                },
                content -> Dataset.uploaded(upload, content, clock.instant()),
                with);
    }
}
