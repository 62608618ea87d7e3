package dev.palimpsest.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Brings one file's missing bytes into its beginning, and compares the whole with its checksum. */
record Download(
        Requests requests,
        HubSettings settings,
        Snapshot snapshot,
        RemoteFile file,
        FileChannel begun,
        LongConsumer moved) {

    /** Returns once the file is whole and right. */
    void complete(Patience patience) throws IOException, InterruptedException {
        moved.accept(begun.size());
        boolean resumed = begun.size() > 0;
        patience.with(this::fetch);
        Checksum found = file.checksum().of(begun);
        if (!found.equals(file.checksum()) && resumed) { // what lay here may have been damaged
            startAgain();
            patience.with(this::fetch);
            found = file.checksum().of(begun);
        }
        if (found.equals(file.checksum())) return;
        startAgain();
        throw new HubRefused(
                "%s of %s came with the %s, but the hub names the %s; import it again, or check palimpsest.hub.endpoint"
                        .formatted(file.name(), snapshot.repository(), found, file.checksum()));
    }

    private Void fetch(Patience.Attempts attempts) throws IOException, InterruptedException {
        if (begun.size() > file.size()) startAgain();
        if (begun.size() < file.size()) receive(attempts);
        return null;
    }

    private void receive(Patience.Attempts attempts) throws IOException, InterruptedException {
        long from = begun.size();
        Requests.Answer answer =
                requests.get(
                        snapshot.repository().file(snapshot.commit(), file.name()),
                        from == 0 ? null : "bytes=" + from + "-",
                        new Requests.Subject(
                                snapshot.repository(), snapshot.commit(), file.name()));
        try (Chunks chunks = new Chunks(answer.call(), answer.last())) {
            checkCommit(answer);
            if (!goesOn(answer.last(), from)) startAgain();
            if (answer.last().code() == 416) throw stopped("no such range", null);
            drain(chunks, attempts);
        }
        if (begun.size() < file.size()) throw stopped("the answer ended", null);
    }

    private void drain(Chunks chunks, Patience.Attempts attempts)
            throws IOException, InterruptedException {
        while (true) {
            Optional<ByteBuffer> some;
            try {
                some = chunks.next();
            } catch (IOException broken) {
                throw stopped(String.valueOf(broken.getMessage()), broken);
            }
            if (some.isEmpty()) return;
            write(some.get());
            attempts.achieved();
        }
    }

    private IOException stopped(String why, @Nullable IOException cause) throws IOException {
        return new IOException(
                "%s of %s stopped after %,d of %,d bytes (%s); what came is kept for the next import"
                        .formatted(
                                file.name(), snapshot.repository(), begun.size(), file.size(), why),
                cause);
    }

    private void checkCommit(Requests.Answer answer) {
        String commit =
                Objects.requireNonNullElse(answer.hub().get("X-Repo-Commit"), snapshot.commit());
        if (!commit.equals(snapshot.commit()))
            throw new HubRefused(
                    "%s of %s came from commit %s instead of %s; check palimpsest.hub.endpoint"
                            .formatted(
                                    file.name(), snapshot.repository(), commit, snapshot.commit()));
    }

    /** Whether the answer's bytes follow those that are here. */
    private static boolean goesOn(Response answer, long from) {
        return switch (answer.code()) {
            case 206 ->
                    Objects.requireNonNullElse(answer.header("Content-Range"), "")
                            .startsWith("bytes " + from + "-");
            case 416 -> false;
            default -> from == 0;
        };
    }

    private void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        if (begun.size() + count > file.size()) {
            startAgain();
            throw new HubRefused(
                    "%s of %s is longer than the %,d bytes that the hub names; check palimpsest.hub.endpoint"
                            .formatted(file.name(), snapshot.repository(), file.size()));
        }
        for (long at = begun.size(); bytes.hasRemaining(); ) at += begun.write(bytes, at);
        moved.accept(count);
    }

    private void startAgain() throws IOException {
        moved.accept(-begun.size());
        begun.truncate(0);
    }
}
