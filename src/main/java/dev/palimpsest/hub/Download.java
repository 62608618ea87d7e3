package dev.palimpsest.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
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
        Requests.Answer<Chunks> answer =
                requests.get(
                        snapshot.repository().file(snapshot.commit(), file.name()),
                        from == 0 ? null : "bytes=" + from + "-",
                        Chunks.patientFor(settings.patience()),
                        new Requests.Subject(
                                snapshot.repository(), snapshot.commit(), file.name()));
        try (Chunks chunks = answer.last().body()) {
            checkCommit(answer);
            if (!goesOn(answer.last(), from)) startAgain();
            if (answer.last().statusCode() == 416) throw stopped("no such range", null);
            drain(chunks, attempts);
        }
        if (begun.size() < file.size()) throw stopped("the answer ended", null);
    }

    private void drain(Chunks chunks, Patience.Attempts attempts)
            throws IOException, InterruptedException {
        while (true) {
            Optional<List<ByteBuffer>> some;
            try {
                some = chunks.next();
            } catch (IOException broken) {
                throw stopped(String.valueOf(broken.getMessage()), broken);
            }
            if (some.isEmpty()) return;
            for (ByteBuffer bytes : some.get()) write(bytes);
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

    private void checkCommit(Requests.Answer<?> answer) {
        String commit = answer.hub().firstValue("X-Repo-Commit").orElse(snapshot.commit());
        if (!commit.equals(snapshot.commit()))
            throw new HubRefused(
                    "%s of %s came from commit %s instead of %s; check palimpsest.hub.endpoint"
                            .formatted(
                                    file.name(), snapshot.repository(), commit, snapshot.commit()));
    }

    /** Whether the answer's bytes follow those that are here. */
    private static boolean goesOn(HttpResponse<?> answer, long from) {
        return switch (answer.statusCode()) {
            case 206 ->
                    answer.headers()
                            .firstValue("Content-Range")
                            .orElse("")
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
