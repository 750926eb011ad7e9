package io.lembos.apiserver.cel;

import com.google.common.net.InetAddresses;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import io.lembos.api.cel.Functions;
import io.lembos.apiserver.structural.Ip;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Addresses, networks and URLs as values. */
final class NetFunctions {
    private static final CelType TEXT = SimpleType.STRING;

    private NetFunctions() {}

    /** An address. */
    record Address(InetAddress value) {
        static Address parse(String text) {
            if (!Ip.isAddress(text)) {
                throw new IllegalArgumentException(
                        "IP Address '" + text + "' parse error during conversion from string");
            }
            return new Address(InetAddresses.forString(text));
        }

        long family() {
            return value.getAddress().length == 4 ? 4 : 6;
        }

        BigInteger number() {
            return new BigInteger(1, value.getAddress());
        }

        @Override
        public String toString() {
            return InetAddresses.toAddrString(value);
        }
    }

    /** An address and how many of its bits name the network. */
    record Network(Address address, long prefix) {
        static Network parse(String text) {
            if (!Ip.isCidr(text)) {
                throw new IllegalArgumentException(
                        "network address parse error during conversion from string: " + text);
            }
            int slash = text.indexOf('/');
            return new Network(Address.parse(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
        }

        private BigInteger network(Address other) {
            int bits = address.family() == 4 ? 32 : 128;
            return other.number().shiftRight((int) (bits - prefix));
        }

        boolean contains(Address other) {
            return other.family() == address.family() && network(other).equals(network(address));
        }

        Network masked() {
            int bits = address.family() == 4 ? 32 : 128;
            BigInteger number = network(address).shiftLeft((int) (bits - prefix));
            byte[] bytes = new byte[bits / 8];
            byte[] raw = number.toByteArray();
            int length = Math.min(raw.length, bytes.length);
            System.arraycopy(raw, raw.length - length, bytes, bytes.length - length, length);
            try {
                return new Network(new Address(InetAddress.getByAddress(bytes)), prefix);
            } catch (java.net.UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String toString() {
            return address + "/" + prefix;
        }
    }

    static void addTo(Functions functions) {
        addresses(functions);
        networks(functions);
        urls(functions);
    }

    private static void addresses(Functions functions) {
        CelType ip = OpaqueTypes.IP;
        functions
                .global("ip", "string_to_ip", ip, a -> Address.parse((String) a[0]), TEXT)
                .global("isIP", "is_ip", SimpleType.BOOL, a -> Ip.isAddress((String) a[0]), TEXT)
                .global(
                        "ip.isCanonical",
                        "ip_is_canonical",
                        SimpleType.BOOL,
                        a -> Address.parse((String) a[0]).toString().equals(a[0]),
                        TEXT)
                .member("family", "ip_family", SimpleType.INT, a -> ((Address) a[0]).family(), ip)
                .member("isLoopback", "ip_is_loopback", SimpleType.BOOL, a -> inet(a).isLoopbackAddress(), ip)
                .member("isUnspecified", "ip_is_unspecified", SimpleType.BOOL, a -> inet(a).isAnyLocalAddress(), ip)
                .member(
                        "isLinkLocalMulticast",
                        "ip_is_link_local_multicast",
                        SimpleType.BOOL,
                        a -> inet(a).isMCLinkLocal(),
                        ip)
                .member(
                        "isLinkLocalUnicast",
                        "ip_is_link_local_unicast",
                        SimpleType.BOOL,
                        a -> inet(a).isLinkLocalAddress(),
                        ip)
                .member(
                        "isGlobalUnicast",
                        "ip_is_global_unicast",
                        SimpleType.BOOL,
                        a -> !inet(a).isAnyLocalAddress()
                                && !inet(a).isLoopbackAddress()
                                && !inet(a).isMulticastAddress()
                                && !inet(a).isLinkLocalAddress(),
                        ip)
                .global("string", "ip_to_string", TEXT, a -> a[0].toString(), ip);
    }

    private static InetAddress inet(Object[] arguments) {
        return ((Address) arguments[0]).value();
    }

    private static void networks(Functions functions) {
        CelType cidr = OpaqueTypes.CIDR;
        functions
                .global("cidr", "string_to_cidr", cidr, a -> Network.parse((String) a[0]), TEXT)
                .global("isCIDR", "is_cidr", SimpleType.BOOL, a -> Ip.isCidr((String) a[0]), TEXT)
                .member(
                        "containsIP",
                        "cidr_contains_ip_string",
                        SimpleType.BOOL,
                        a -> ((Network) a[0]).contains(Address.parse((String) a[1])),
                        cidr,
                        TEXT)
                .member(
                        "containsIP",
                        "cidr_contains_ip_ip",
                        SimpleType.BOOL,
                        a -> ((Network) a[0]).contains((Address) a[1]),
                        cidr,
                        OpaqueTypes.IP)
                .member(
                        "containsCIDR",
                        "cidr_contains_cidr_string",
                        SimpleType.BOOL,
                        a -> covers((Network) a[0], Network.parse((String) a[1])),
                        cidr,
                        TEXT)
                .member(
                        "containsCIDR",
                        "cidr_contains_cidr",
                        SimpleType.BOOL,
                        a -> covers((Network) a[0], (Network) a[1]),
                        cidr,
                        cidr)
                .member("ip", "cidr_ip", OpaqueTypes.IP, a -> ((Network) a[0]).address(), cidr)
                .member("prefixLength", "cidr_prefix_length", SimpleType.INT, a -> ((Network) a[0]).prefix(), cidr)
                .member("masked", "cidr_masked", cidr, a -> ((Network) a[0]).masked(), cidr)
                .global("string", "cidr_to_string", TEXT, a -> a[0].toString(), cidr);
    }

    private static boolean covers(Network outer, Network inner) {
        return outer.prefix() <= inner.prefix() && outer.contains(inner.address());
    }

    private static void urls(Functions functions) {
        CelType url = OpaqueTypes.URL;
        functions
                .global("url", "string_to_url", url, a -> parse((String) a[0]), TEXT)
                .global("isURL", "is_url_string", SimpleType.BOOL, a -> isUrl((String) a[0]), TEXT)
                .member("getScheme", "url_get_scheme", TEXT, a -> orEmpty(uri(a).getScheme()), url)
                .member("getHost", "url_get_host", TEXT, a -> orEmpty(uri(a).getRawAuthority()), url)
                .member("getHostname", "url_get_hostname", TEXT, a -> hostname(uri(a)), url)
                .member("getPort", "url_get_port", TEXT, a -> uri(a).getPort() < 0 ? "" : "" + uri(a).getPort(), url)
                .member("getEscapedPath", "url_get_escaped_path", TEXT, a -> orEmpty(uri(a).getRawPath()), url)
                .member(
                        "getQuery",
                        "url_get_query",
                        MapType.create(TEXT, ListType.create(TEXT)),
                        a -> query(orEmpty(uri(a).getRawQuery())),
                        url);
    }

    private static URI uri(Object[] arguments) {
        return (URI) arguments[0];
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static String hostname(URI uri) {
        String host = orEmpty(uri.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static URI parse(String text) {
        try {
            URI uri = new URI(text);
            if (uri.isAbsolute() || text.startsWith("/")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("URL parse error during conversion from string: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                "URL parse error during conversion from string: parse \"" + text + "\": invalid URI for request");
    }

    private static boolean isUrl(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        for (String pair : text.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                query.computeIfAbsent(decoded(parts[0]), k -> new ArrayList<>())
                        .add(parts.length > 1 ? decoded(parts[1]) : "");
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
