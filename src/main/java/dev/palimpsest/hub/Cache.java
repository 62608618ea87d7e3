package dev.palimpsest.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Files kept under their checksum: whole ones, and beside them the beginnings of others. */
record Cache(Path folder) {

    /** The whole file if it lies here and still is what it was. */
    Optional<Path> whole(RemoteFile file) throws IOException {
        Path place = place(file);
        try (FileChannel channel = FileChannel.open(place)) {
            if (channel.size() == file.size()
                    && file.checksum().of(channel).equals(file.checksum()))
                return Optional.of(place);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        Files.deleteIfExists(place);
        return Optional.empty();
    }

    /** How many of its bytes lie here, whole or begun. */
    long bytesOf(RemoteFile file) throws IOException {
        for (Path path : new Path[] {place(file), partial(file)})
            if (Files.exists(path)) return Math.min(file.size(), Files.size(path));
        return 0;
    }

    /** Its beginning, empty at first. */
    FileChannel begun(RemoteFile file) throws IOException {
        Files.createDirectories(folder);
        return FileChannel.open(
                partial(file),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    Path completed(RemoteFile file) throws IOException {
        return Files.move(partial(file), place(file), StandardCopyOption.ATOMIC_MOVE);
    }

    void forgetPartial(RemoteFile file) throws IOException {
        Files.deleteIfExists(partial(file));
    }

    Path place(RemoteFile file) {
        return folder.resolve(file.checksum().fileName());
    }

    Path partial(RemoteFile file) {
        return folder.resolve(file.checksum().fileName() + ".partial");
    }
}
