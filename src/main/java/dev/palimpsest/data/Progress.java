package dev.palimpsest.data;

/** Hears how far a file is read, a few times a second, on the thread that reads it. */
public interface Progress {
    Progress NONE = (_, _, _, _) -> {};

    void at(long bytes, long ofBytes, long documents, long tokens);
}
