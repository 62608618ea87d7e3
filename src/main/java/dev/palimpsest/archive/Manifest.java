package dev.palimpsest.archive;

import dev.palimpsest.spec.Faults;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is in an archive, its last member and the first that is read.
 *
 * @param version of the format: another one is not read
 * @param experiment its id where it was made
 */
record Manifest(
        String format, int version, String experiment, Instant createdAt, List<Member> members) {
    static final String NAME = "manifest.json";
    static final String FORMAT = "palimpsest-experiment";
    static final int VERSION = 1;

    /** A file of the archive, unpacked. */
    record Member(String name, long bytes, String sha256) {
        Member {
            new Faults()
                    .require(!name.equals(NAME), "/name", "cannot be the manifest's own")
                    .require(bytes >= 0, "/bytes", "must be at least 0, got " + bytes)
                    .require(
                            sha256.matches("[0-9a-f]{64}"),
                            "/sha256",
                            "must be a SHA-256 in hexadecimal")
                    .raise();
        }
    }

    Manifest {
        members = List.copyOf(members);
        Set<String> names = new HashSet<>();
        Faults faults = new Faults();
        for (Member member : members)
            faults.require(names.add(member.name()), "/members", "has " + member.name() + " twice");
        faults.raise();
    }
}
