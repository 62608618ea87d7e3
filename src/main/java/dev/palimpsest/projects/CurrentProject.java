package dev.palimpsest.projects;

import dev.palimpsest.spec.Faults;
import org.jspecify.annotations.Nullable;

/** The project that a thread works in; the service's own work is in none and sees all. */
public final class CurrentProject {
    /** The one that is there from the start. */
    public static final String DEFAULT = "default";

    private static final String END_OF_PREFIX = "~";

    private static final ThreadLocal<String> OF_THREAD = new ThreadLocal<>();

    private CurrentProject() {}

    /** Ends with the block that it is opened for. */
    public interface Stay extends AutoCloseable {
        @Override
        void close();
    }

    /** Enters a project until the stay is closed. */
    public static Stay enter(String project) {
        return stay(project);
    }

    /** Leaves the project that the thread is in, for what is the whole service's. */
    public static Stay leave() {
        return stay(null);
    }

    private static Stay stay(@Nullable String project) {
        String before = OF_THREAD.get();
        set(project);
        return () -> set(before);
    }

    private static void set(@Nullable String project) {
        if (project == null) OF_THREAD.remove();
        else OF_THREAD.set(project);
    }

    /** Whose what is made now is. */
    public static String own() {
        String project = OF_THREAD.get();
        return project == null ? DEFAULT : project;
    }

    static @Nullable String ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Requires that a new name of the catalog is this project's to give, under {@code /name}.
     *
     * @throws dev.palimpsest.spec.InvalidSpec if it is another's
     */
    public static void requireOwn(String name) {
        String project = OF_THREAD.get();
        boolean prefixed = name.contains(END_OF_PREFIX);
        if (project == null || project.equals(DEFAULT)) {
            new Faults()
                    .require(
                            !prefixed,
                            "/name",
                            "must have no '~', which ends the name of another project")
                    .raise();
            return;
        }
        new Faults()
                .require(
                        name.startsWith(project + END_OF_PREFIX),
                        "/name",
                        "must begin with '%s~', as every name that this project gives"
                                .formatted(project))
                .raise();
    }
}
