package dev.palimpsest.torch;

import java.util.List;
import java.util.Locale;

/** Tells from what was thrown whether memory ran out, of the device, the host or the JVM. */
public final class OutOfMemory {
    /** As libtorch's allocators, the C++ library and glibc say it. */
    private static final List<String> WORDS =
            List.of(
                    "outofmemoryerror",
                    "out of memory",
                    "can't allocate memory",
                    "cannot allocate memory",
                    "not enough memory",
                    "std::bad_alloc",
                    "insufficient memory for the java runtime");

    private OutOfMemory() {}

    /** Whether it, or what caused it, is that. */
    public static boolean is(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            if (cause instanceof OutOfMemoryError || isSaid(String.valueOf(cause.getMessage())))
                return true;
        return false;
    }

    /** What of it says so, in one line. */
    public static String sentence(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            for (String line : String.valueOf(cause.getMessage()).split("\n", -1))
                if (isSaid(line)) return line.strip();
        return thrown.toString();
    }

    /** Whether some lines of a log say it. */
    public static boolean isSaid(String lines) {
        String said = lines.toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(said::contains);
    }
}
