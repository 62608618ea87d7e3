package dev.palimpsest.hub;

/** A file of a snapshot, as the hub describes it before it is fetched. */
public record RemoteFile(String name, long size, Checksum checksum) {}
