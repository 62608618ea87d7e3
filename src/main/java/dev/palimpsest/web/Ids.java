package dev.palimpsest.web;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.stereotype.Component;

/**
 * Makes ids that sort by the time they were made: a prefix and the 128 bits of a UUIDv7 in 26
 * characters of lower-case base 32 (Crockford's alphabet).
 */
@Component
public final class Ids {
    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int CHARACTERS = 26;

    private final Clock clock;
    private final RandomGenerator random = new SecureRandom();
    private long lastStamp;

    Ids(Clock clock) {
        this.clock = clock;
    }

    /** A new id such as {@code job_06c3…}; ids made one after the other sort in that order. */
    public String next(String prefix) {
        long high = stamp();
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        char[] text = new char[CHARACTERS];
        for (int i = CHARACTERS - 1; i >= 0; i--) {
            text[i] = ALPHABET.charAt((int) (low & 31));
            low = (low >>> 5) | (high << 59);
            high >>>= 5;
        }
        return prefix + "_" + new String(text);
    }

    /** 48 bits of milliseconds, the version, 12 bits that count within a millisecond (RFC 9562). */
    private synchronized long stamp() {
        long stamp = clock.millis() << 12;
        lastStamp = Math.max(stamp, lastStamp + 1);
        return ((lastStamp >>> 12) << 16) | 0x7000 | (lastStamp & 0xfff);
    }
}
