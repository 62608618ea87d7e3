package dev.palimpsest.catalog;

import dev.palimpsest.spec.InvalidSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which paths of the service's machine its callers may name. Looked at is where a path leads in the
 * end, and where each link leads that lies in a folder.
 */
public class LocalPaths {
    /** Where a process's environment lies, and so the keys it was given. */
    private static final List<Path> SYSTEM =
            List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    private final List<Path> folders;
    private final boolean limited;
    private final Path home;

    /**
     * @param folders that are open
     * @param guarded whether somebody is asked for a key
     */
    LocalPaths(List<String> folders, boolean guarded, Path home) {
        this.folders = folders.stream().map(Path::of).toList();
        this.limited = guarded || !folders.isEmpty();
        this.home = home;
    }

    /** The path, if it may be named; else {@link InvalidSpec} says of the pointer how to go on. */
    public Path checked(String path, String pointer) {
        fault(path)
                .ifPresent(
                        fault -> {
                            throw new InvalidSpec(pointer, fault);
                        });
        return Path.of(path);
    }

    /** The path, if it may still be named when it is imported. */
    Path stillOpen(String path) {
        fault(path)
                .ifPresent(
                        fault -> {
                            throw new CannotImport(fault);
                        });
        return Path.of(path);
    }

    /** Why a path may not be named. What is not there is answered as what may not be named is. */
    public Optional<String> fault(String path) {
        try {
            Path named = Path.of(path);
            Optional<String> fault = fault(named, path);
            if (fault.isPresent() || !Files.isDirectory(named)) return fault;
            try (Stream<Path> entries = Files.list(named)) {
                return entries.filter(Files::isSymbolicLink)
                        .flatMap(link -> fault(link, link.toString()).stream())
                        .findFirst();
            }
        } catch (InvalidPathException _) {
            return Optional.of("must be a path");
        } catch (IOException _) {
            return Optional.of(path + " cannot be read");
        }
    }

    private Optional<String> fault(Path named, String path) {
        Path real = real(named);
        if (SYSTEM.stream().anyMatch(real::startsWith))
            return Optional.of(
                    "%s is the machine's own and no data; among such files are the service's secrets"
                            .formatted(path));
        if (!limited || folders.stream().anyMatch(folder -> isBelow(real, real(folder))))
            return Optional.empty();
        return Optional.of(
                "%s lies in no folder that may be imported from; %s".formatted(path, howToGoOn()));
    }

    /** The home has every project's files: a folder above it does not open it. */
    private boolean isBelow(Path real, Path folder) {
        Path closed = real(home);
        if (!real.startsWith(folder)) return false;
        return !real.startsWith(closed) || (folder.startsWith(closed) && !folder.equals(closed));
    }

    private String howToGoOn() {
        return folders.isEmpty()
                ? "send the files, or have its folder listed in palimpsest.catalog.folders, which lists none"
                : "send the files, put them below %s, or have its folder listed in palimpsest.catalog.folders"
                        .formatted(
                                String.join(", ", folders.stream().map(Path::toString).toList()));
    }

    /** Where it leads, or would lead if it were there. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException _) {
            Path above = absolute.getParent();
            return above == null ? absolute : real(above).resolve(absolute.getFileName());
        }
    }
}
