package dev.palimpsest.catalog;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.hub.Repository;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Faults;

/** Where the file of a dataset is to be had. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface DatasetSource {
    /** The name that tells what the file is written in. */
    String fileName();

    /**
     * Files of a dataset of the hub at a branch, a tag or a commit: one, or with {@code *} for any
     * part of a name all that match, one after the other.
     */
    @JsonTypeName("hub")
    record Hub(String id, @Default("\"main\"") String revision, String file)
            implements DatasetSource {
        public Hub {
            new Faults()
                    .require(
                            dev.palimpsest.hub.Hub.isId(id),
                            "/id",
                            "must be a dataset's id such as openai/gsm8k")
                    .require(
                            dev.palimpsest.hub.Hub.isRevision(revision),
                            "/revision",
                            "must be a branch, a tag or a commit")
                    .require(
                            Repository.isPath(file),
                            "/file",
                            "must be a file's path in the repository such as data/train.parquet or data/train-*.parquet")
                    .raise();
        }

        @Override
        public String fileName() {
            return file.substring(file.lastIndexOf('/') + 1);
        }
    }

    /** A file on the service's machine; it is copied. */
    @JsonTypeName("file")
    record LocalFile(String path) implements DatasetSource {
        public LocalFile {
            new Faults()
                    .require(Folder.isPath(path), "/path", "must be the path of a file")
                    .raise();
        }

        @Override
        public String fileName() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }
}
