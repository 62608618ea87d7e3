package dev.palimpsest.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses with a common beginning, as CIDR writes them. */
record Network(InetAddress first, int bits) {
    private static final Pattern CIDR = Pattern.compile("([0-9a-fA-F:.]+)/(\\d{1,3})");

    /** Nothing if it is no network. */
    static Optional<Network> read(String cidr) {
        Matcher matcher = CIDR.matcher(cidr);
        if (!matcher.matches() || !isLiteral(matcher.group(1))) return Optional.empty();
        int bits = Integer.parseInt(matcher.group(2));
        try {
            InetAddress first = InetAddress.getByName(matcher.group(1));
            if (bits > 8 * first.getAddress().length) return Optional.empty();
            return Optional.of(new Network(first, bits));
        } catch (UnknownHostException _) {
            return Optional.empty();
        }
    }

    /** One that is written in the source. */
    static Network of(String cidr) {
        return read(cidr).orElseThrow(() -> new IllegalArgumentException(cidr));
    }

    boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) return false;
        int whole = bits / 8;
        if (!Arrays.equals(mine, 0, whole, other, 0, whole)) return false;
        int rest = bits % 8;
        return rest == 0 || (mine[whole] ^ other[whole]) >> (8 - rest) == 0;
    }

    /** A name would be looked up. */
    private static boolean isLiteral(String text) {
        return text.contains(":") || text.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    }
}
