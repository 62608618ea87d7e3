package dev.palimpsest.trainer;

import java.util.List;

/** Tells from what was thrown whether there was no more room on a disk. */
public final class DiskFull {
    /** As the C library says ENOSPC and EDQUOT. */
    private static final List<String> WORDS =
            List.of("No space left on device", "Disk quota exceeded");

    private DiskFull() {}

    /** Whether it, or what caused it, is that. */
    public static boolean is(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            if (isSaid(String.valueOf(cause.getMessage()))) return true;
        return false;
    }

    /** Whether some lines of a log say it. */
    public static boolean isSaid(String lines) {
        return WORDS.stream().anyMatch(lines::contains);
    }

    /** The line that says it last. */
    public static String sentence(String lines) {
        return lines.lines().filter(DiskFull::isSaid).reduce("", (_, later) -> later).strip();
    }
}
