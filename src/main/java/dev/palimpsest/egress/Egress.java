package dev.palimpsest.egress;

import dev.palimpsest.home.CannotStart;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps requests to addresses that others name away from where only this machine can reach. A name
 * may lead elsewhere a moment later: connect to the addresses that were answered, and look up no
 * more.
 */
public final class Egress {
    private static final int LONGEST = 2000;

    private final List<Network> allowed;
    private final Names names;

    /** Finds the addresses of a host. */
    public interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    /**
     * @param allow networks that may be reached though they are not public
     */
    public Egress(List<String> allow, Names names) {
        this.allowed =
                allow.stream()
                        .map(cidr -> Network.read(cidr).orElseThrow(() -> bad(cidr)))
                        .toList();
        this.names = names;
    }

    /** What is wrong with an address as somebody wrote it, before it is known where it leads. */
    public static Optional<String> fault(String url) {
        if (url.length() > LONGEST)
            return Optional.of("must have at most %d characters".formatted(LONGEST));
        try {
            return fault(new URI(url));
        } catch (URISyntaxException broken) {
            return Optional.of("is no URL: " + broken.getReason());
        }
    }

    private static Optional<String> fault(URI url) {
        String scheme = scheme(url);
        if (!scheme.equals("https") && !scheme.equals("http"))
            return Optional.of("must begin with https://");
        if (url.getRawUserInfo() != null) return Optional.of("must name no user and no password");
        if (url.getRawFragment() != null) return Optional.of("must have no fragment (#)");
        if (url.getHost() == null) return Optional.of("must name a host, as https://example.com/x");
        if (url.getPort() == 0 || url.getPort() > 65_535)
            return Optional.of("must name a port between 1 and 65535, or none");
        return Optional.empty();
    }

    /**
     * Where a URL leads, if all of it may be reached.
     *
     * @throws Refused if it may not
     * @throws UnknownHostException if it leads nowhere
     */
    public List<InetAddress> addresses(URI url) throws Refused, UnknownHostException {
        Optional<String> fault = fault(url);
        if (fault.isPresent()) throw new Refused("the address %s".formatted(fault.get()));
        List<InetAddress> found = lookUp(url);
        boolean inside = all(found, this::isAllowed);
        if (!inside && scheme(url).equals("http"))
            throw new Refused(
                    "%s is plain http, which only goes to networks in palimpsest.egress.allow; use https"
                            .formatted(origin(url)));
        if (!all(found, address -> isAllowed(address) || PublicAddresses.include(address)))
            throw new Refused(
                    "%s is not at a public address; its network can be put into palimpsest.egress.allow"
                            .formatted(origin(url)));
        return found;
    }

    /** Whether a host lies outside; one that this machine cannot find may be a proxy's to find. */
    public boolean isPublic(URI url) {
        try {
            return all(lookUp(url), PublicAddresses::include);
        } catch (UnknownHostException _) {
            return false;
        }
    }

    private List<InetAddress> lookUp(URI url) throws UnknownHostException {
        String host = url.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return List.copyOf(Arrays.asList(names.of(bare)));
        } catch (UnknownHostException unknown) {
            UnknownHostException said = new UnknownHostException("there is no host " + host);
            said.initCause(unknown);
            throw said;
        }
    }

    private boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(network -> network.contains(address));
    }

    private static boolean all(List<InetAddress> found, Predicate<InetAddress> which) {
        return !found.isEmpty() && found.stream().allMatch(which);
    }

    /** Paths may hold what is nobody's business. */
    private static String origin(URI url) {
        return scheme(url) + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    private static String scheme(URI url) {
        return String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    }

    private static CannotStart bad(String cidr) {
        return new CannotStart(
                "palimpsest.egress.allow must list networks such as 10.2.0.0/16 or fd00::/8, got '%s'"
                        .formatted(cidr));
    }
}
