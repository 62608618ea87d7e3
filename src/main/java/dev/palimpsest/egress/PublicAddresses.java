package dev.palimpsest.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Which addresses belong to the internet at large (IANA's special-purpose registries). */
final class PublicAddresses {
    /** This network, private ones, carriers', loopback, link-local, documentation, multicast. */
    private static final List<Network> SPECIAL =
            Stream.of(
                            "0.0.0.0/8",
                            "10.0.0.0/8",
                            "100.64.0.0/10",
                            "127.0.0.0/8",
                            "169.254.0.0/16",
                            "172.16.0.0/12",
                            "192.0.0.0/24",
                            "192.0.2.0/24",
                            "192.88.99.0/24",
                            "192.168.0.0/16",
                            "198.18.0.0/15",
                            "198.51.100.0/24",
                            "203.0.113.0/24",
                            "224.0.0.0/3",
                            // of what IANA gave out: protocols, Teredo among them; documentation;
                            // 6to4, which holds an address of the other kind
                            "2001::/23",
                            "2001:db8::/32",
                            "2002::/16",
                            "3fff::/20")
                    .map(Network::of)
                    .toList();

    /** All that IANA gave out of IPv6 yet; NAT64, local and mapped addresses lie elsewhere. */
    private static final Network GLOBAL = Network.of("2000::/3");

    private PublicAddresses() {}

    static boolean include(InetAddress address) {
        return (address instanceof Inet4Address || GLOBAL.contains(address))
                && SPECIAL.stream().noneMatch(network -> network.contains(address));
    }
}
