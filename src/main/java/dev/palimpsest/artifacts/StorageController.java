package dev.palimpsest.artifacts;

import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What files take, for those who pay for them. */
@Tag(name = "Storage", description = "What files take")
@RestController
@RequestMapping("/api/v1/storage")
class StorageController {
    private final Storage storage;

    StorageController(Storage storage) {
        this.storage = storage;
    }

    record StorageList(List<Storage.Part> data) {}

    @Operation(
            summary = "Read what files take",
            description =
                    "By kind: checkpoints, exports, datasets, models, sent files. Equal files are"
                            + " counted as often as they are named. `deleted_bytes` are of what was"
                            + " deleted and can be restored; they come free when it is purged. Those"
                            + " who run the service read one project's at a time, by the header"
                            + " `Palimpsest-Project`; what comes with the service is everybody's.")
    @Example(
            response =
                    """
                    {"data": [{"kind": "checkpoint", "things": 12, "files": 60, "bytes": 85094808, "deleted_bytes": 7091234}]}""")
    @GetMapping
    StorageList read() {
        return new StorageList(storage.parts());
    }
}
