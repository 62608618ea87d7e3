package dev.palimpsest.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of everything the service keeps, besides what is in PostgreSQL. */
public record Home(Path root) {

    /** Makes the folder and its rooms, and refuses one that cannot be written to. */
    public static Home open(Path folder) {
        Home home = new Home(folder.toAbsolutePath().normalize());
        try {
            for (Path room :
                    new Path[] {
                        home.models(),
                        home.datasets(),
                        home.tasks(),
                        home.jobs(),
                        home.cache(),
                        home.uploads(),
                        home.files(),
                        home.exports()
                    }) Files.createDirectories(room);
            Files.delete(Files.createTempFile(home.root, "writable", null));
        } catch (IOException refused) {
            throw new CannotStart(
                    "the folder %s cannot be written to (%s); give this user the right to, or choose another with --palimpsest.home=FOLDER"
                            .formatted(home.root, reason(refused)),
                    refused);
        }
        return home;
    }

    /** One folder a base model, named as it is. */
    public Path models() {
        return root.resolve("models");
    }

    /** One folder a dataset, named as it is. */
    public Path datasets() {
        return root.resolve("datasets");
    }

    /** One file of items a task. */
    public Path tasks() {
        return root.resolve("tasks");
    }

    /** One folder a job, in it one an attempt. */
    public Path jobs() {
        return root.resolve("jobs");
    }

    /** One folder an export. */
    public Path exports() {
        return root.resolve("exports");
    }

    /** What can be had again: files fetched from elsewhere, kept under their checksums. */
    public Path cache() {
        return root.resolve("cache");
    }

    /** Tokenised datasets by content; may be deleted at any time. */
    public Path tokens() {
        return cache().resolve("tokens");
    }

    /** Files on their way in. */
    public Path uploads() {
        return root.resolve("uploads");
    }

    /** Files that came by {@code /v1/files}, as they came, each under its id. */
    public Path files() {
        return root.resolve("files");
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    private static String reason(IOException refused) {
        return switch (refused) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileAlreadyExistsException taken ->
                    taken.getFile() + " is not a folder";
            case java.nio.file.FileSystemException system when system.getReason() != null ->
                    system.getReason();
            default -> refused.getClass().getSimpleName();
        };
    }
}
