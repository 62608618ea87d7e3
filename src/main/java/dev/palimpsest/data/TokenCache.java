package dev.palimpsest.data;

import dev.palimpsest.spec.Sha256;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tokenised datasets by content: equal documents, tokenised alike, are tokenised once. A file of it
 * is whole or absent, and any of them may be deleted at any time.
 */
public record TokenCache(Path folder) {

    /** The rows of a dataset, from the cache if it has them, else made and put there. */
    public Rows rows(Path dataset, Format format, Tokenization tokenization, Progress progress)
            throws IOException {
        Path place =
                Files.createDirectories(folder)
                        .resolve(
                                Sha256.of(
                                        "%s %s %s"
                                                .formatted(
                                                        Sha256.of(dataset),
                                                        format,
                                                        tokenization.fingerprint(format))));
        Optional<Rows> known = Files.exists(place) ? RowFile.open(place) : Optional.empty();
        if (known.isPresent()) return known.get();
        Path partial = Files.createTempFile(folder, ".partial-", null);
        try {
            removeForgotten(partial);
            write(partial, new Tokenizing(dataset, format, progress), tokenization);
            Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
        return RowFile.open(place).orElseThrow();
    }

    /** What trainers that were killed have left; none takes a day to write one. */
    private void removeForgotten(Path partial) throws IOException {
        Instant dayAgo = Files.getLastModifiedTime(partial).toInstant().minus(Duration.ofDays(1));
        try (DirectoryStream<Path> partials = Files.newDirectoryStream(folder, ".partial-*")) {
            for (Path other : partials)
                if (Files.getLastModifiedTime(other).toInstant().isBefore(dayAgo))
                    Files.deleteIfExists(other);
        }
    }

    private static void write(Path file, Tokenizing documents, Tokenization tokenization)
            throws IOException {
        try (RowFile rows = RowFile.create(file)) {
            RowTally tally = new RowTally(rows::add);
            RowBuilder builder = RowBuilder.of(tokenization, tally);
            documents.into(builder);
            builder.end();
            rows.finish(tally.report());
        }
    }
}
