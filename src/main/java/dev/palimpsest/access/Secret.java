package dev.palimpsest.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its owner holds it: which one it is, and 256 random bits, of which only the SHA-256 is
 * kept. So many bits need no slow hash.
 */
record Secret(String key, String bits) {
    static final String PREFIX = "pal_";

    private static final Pattern TEXT =
            Pattern.compile(PREFIX + "([0-9a-z]{26})_([A-Za-z0-9_-]{43})");

    /** A new one for the key of this id. */
    static Secret of(String key, RandomGenerator random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new Secret(key, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    static Optional<Secret> read(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new Secret("key_" + matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    /** What is shown once and then sent with each request. */
    String text() {
        return PREFIX + key.substring("key_".length()) + "_" + bits;
    }

    byte[] hash() {
        return sha256(bits);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return key;
    }
}
