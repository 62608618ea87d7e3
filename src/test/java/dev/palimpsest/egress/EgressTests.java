package dev.palimpsest.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palimpsest.home.CannotStart;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressTests {
    /** Names of this test's own, and what stands for itself. */
    private static final Map<String, List<String>> NAMES =
            Map.of(
                    "public.example", List.of("8.8.8.8", "2001:4860:4860::8888"),
                    "inside.example", List.of("10.2.3.4"),
                    "half.example", List.of("8.8.8.8", "127.0.0.1"));

    private final Egress egress = new Egress(List.of(), EgressTests::named);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.8.9.10/",
                "https://2130706433/",
                "https://0.0.0.0/",
                "https://10.0.0.1/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://192.0.0.192/",
                "https://192.0.2.1/",
                "https://198.18.0.1/",
                "https://198.51.100.7/",
                "https://203.0.113.7/",
                "https://224.0.0.1/",
                "https://239.255.255.250/",
                "https://255.255.255.255/",
                "https://[::]/",
                "https://[::1]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:a9fe:a9fe]/",
                "https://[::127.0.0.1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[64:ff9b:1::7f00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[2001::7f00:1]/",
                "https://[2001:db8::1]/",
                "https://[3fff::1]/",
                "https://[fc00::1]/",
                "https://[fd00:ec2::254]/",
                "https://[fe80::1]/",
                "https://[fec0::1]/",
                "https://[ff02::1]/",
                "https://localhost/",
                "https://inside.example/",
                "https://half.example/",
            })
    void whatIsNotPublicIsNotReached(String url) {
        assertThatThrownBy(() -> egress.addresses(URI.create(url)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("is not at a public address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://public.example/hook?key=1",
                "HTTPS://public.example:8443/",
                "https://8.8.8.8/",
                "https://172.32.0.1/",
                "https://100.63.255.255/",
                "https://[2606:4700::1111]/"
            })
    void whatIsPublicIsReached(String url) throws Exception {
        assertThat(egress.addresses(URI.create(url))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ftp://public.example/           | must begin with https://
                    file:///etc/passwd              | must begin with https://
                    gopher://127.0.0.1:6379/_x      | must begin with https://
                    jar:https://public.example!/    | must begin with https://
                    public.example                  | must begin with https://
                    //public.example/               | must begin with https://
                    https:///path                   | must name a host, as https://example.com/x
                    https:public.example            | must name a host, as https://example.com/x
                    https://me:secret@public.example| must name no user and no password
                    https://public.example@10.0.0.1 | must name no user and no password
                    https://public.example/#inside  | must have no fragment (#)
                    https://0x7f.0.0.1/             | must name a host, as https://example.com/x
                    https://127.1/                  | must name a host, as https://example.com/x
                    https://a_b.example/            | must name a host, as https://example.com/x
                    https://%6c%6fcalhost/          | must name a host, as https://example.com/x
                    https://①②⑦.⓪.⓪.①/             | must name a host, as https://example.com/x
                    https://public.example:0/       | must name a port between 1 and 65535, or none
                    https://public.example:99999/   | must name a port between 1 and 65535, or none
                    """)
    void whatIsNoPlainAddressOfTheWebIsRefusedAsItStands(String url, String fault) {
        assertThat(Egress.fault(url)).contains(fault);
    }

    @Test
    void aUrlOfAnyLengthIsNotTaken() {
        assertThat(Egress.fault("https://public.example/" + "x".repeat(2000)))
                .contains("must have at most 2000 characters");
    }

    @Test
    void plainHttpGoesOnlyWhereItIsAllowed() {
        assertThatThrownBy(() -> egress.addresses(URI.create("http://public.example/")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("use https");
    }

    @Test
    void whatTheOperatorAllowsIsReachedAndNothingBeside() throws Exception {
        Egress own = new Egress(List.of("10.2.0.0/15", "fd00:1::/32"), EgressTests::named);

        assertThat(own.addresses(URI.create("http://inside.example:8080/x"))).hasSize(1);
        assertThat(own.addresses(URI.create("https://10.3.255.255/"))).hasSize(1);
        assertThat(own.addresses(URI.create("https://[fd00:1:2::3]/"))).hasSize(1);
        for (String beside : List.of("https://10.4.0.0/", "https://[fd00:2::1]/"))
            assertThatThrownBy(() -> own.addresses(URI.create(beside))).isInstanceOf(Refused.class);
    }

    @Test
    void aNameThatLeadsNowhereSaysSo() {
        assertThatThrownBy(() -> egress.addresses(URI.create("https://nowhere.invalid/")))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("there is no host nowhere.invalid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0", "10.0.0.0/33", "::/129", "inside.example/8", "10.0.0/8", ""})
    void aNetworkThatIsNoneKeepsTheServiceFromStarting(String cidr) {
        assertThatThrownBy(() -> new Egress(List.of(cidr), EgressTests::named))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("palimpsest.egress.allow");
    }

    private static InetAddress[] named(String host) throws UnknownHostException {
        if (host.endsWith(".invalid")) throw new UnknownHostException(host);
        List<String> texts = NAMES.getOrDefault(host, List.of(host));
        InetAddress[] addresses = new InetAddress[texts.size()];
        for (int i = 0; i < addresses.length; i++)
            addresses[i] = InetAddress.getByName(texts.get(i));
        return addresses;
    }
}
