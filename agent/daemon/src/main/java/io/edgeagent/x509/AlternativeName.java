package io.edgeagent.x509;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** A subjectAltName, RFC 5280, 4.2.1.6. */
public sealed interface AlternativeName {
    /** The name in a general name of its kind. */
    byte[] der();

    /** A DNS name, or a text that somebody takes for one. */
    record Dns(String name) implements AlternativeName {
        @Override
        public byte[] der() {
            return Der.implicit(2, name.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** A uniform resource identifier. */
    record Uri(String uri) implements AlternativeName {
        @Override
        public byte[] der() {
            return Der.implicit(6, uri.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** An IPv4 or IPv6 address, written as usual. */
    record Ip(String text) implements AlternativeName {
        public Ip {
            if (address(text).isEmpty()) {
                throw new IllegalArgumentException("not an IP address: " + text);
            }
        }

        @Override
        public byte[] der() {
            return Der.implicit(7, address(text).orElseThrow());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ip ip
                    && Arrays.equals(
                            address(text).orElseThrow(), address(ip.text).orElseThrow());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(address(text).orElseThrow());
        }
    }

    /** An address as {@link Ip}, a host name as {@link Dns}; empty if it is neither. */
    static Optional<AlternativeName> of(String host) {
        if (address(host).isPresent()) {
            return Optional.of(new Ip(host));
        }
        return HostName.isName(host) ? Optional.of(new Dns(host)) : Optional.empty();
    }

    private static Optional<byte[]> address(String text) {
        if (!HostName.IPV4.matcher(text).matches()
                && !HostName.IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // no look-up: only the characters of an address are in it
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** Patterns of names and addresses. */
    final class HostName {
        private static final int LONGEST = 253;
        // underscores are in names of containers
        private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,62}");
        private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
        private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
        private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]{2,45}");

        private HostName() {}

        /** Label by label, since one expression would recurse for each; a wildcard may be the first. */
        private static boolean isName(String text) {
            String rest = text.startsWith("*.") ? text.substring(2) : text;
            return text.length() <= LONGEST
                    && Arrays.stream(rest.split("\\.", -1))
                            .allMatch(label -> LABEL.matcher(label).matches());
        }
    }
}
