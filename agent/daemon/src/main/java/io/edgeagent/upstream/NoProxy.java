package io.edgeagent.upstream;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code no_proxy}: what is reached without the proxy. Entries are parted by commas or blanks. Each is {@code *} for all, a domain
 * ({@code example.com} means itself and all below, {@code .example.com} and {@code *.example.com} only those below), an address, or
 * a range of addresses ({@code 10.0.0.0/8}); each but a range may end with a port. No name is looked up for it.
 */
public record NoProxy(List<String> entries) {
    public static final NoProxy NONE = new NoProxy(List.of());

    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
    // what InetAddress takes without asking a name service
    private static final Pattern ADDRESS =
            Pattern.compile(BYTE + "(\\." + BYTE + "){3}|[0-9A-Fa-f:.]{0,45}:[0-9A-Fa-f:.]{0,45}");
    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]{1,60}\\]|[^:\\[\\]]{1,255}):([0-9]{1,5})");
    private static final int MOST = 500;

    public NoProxy {
        entries = List.copyOf(entries);
    }

    public static NoProxy parse(String text) {
        return new NoProxy(Arrays.stream(text.split("[,\\s]+", MOST))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .toList());
    }

    public boolean matches(String host, int port) {
        String wanted = unbracketed(host.toLowerCase(Locale.ROOT));
        String name = wanted.endsWith(".") ? wanted.substring(0, wanted.length() - 1) : wanted;
        return entries.stream().anyMatch(entry -> matches(entry, name, port));
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        var withPort = WITH_PORT.matcher(entry);
        if (withPort.matches()) {
            return Integer.parseInt(withPort.group(2)) == port && matchesHost(unbracketed(withPort.group(1)), host);
        }
        return matchesHost(unbracketed(entry), host);
    }

    private static boolean matchesHost(String entry, String host) {
        Optional<InetAddress> address = address(host);
        if (address.isPresent()) {
            int slash = entry.indexOf('/');
            return slash < 0
                    ? address(entry).equals(address)
                    : isWithin(entry.substring(0, slash), entry.substring(slash + 1), address.get());
        }
        String domain = entry.startsWith("*.") ? entry.substring(1) : entry;
        return domain.startsWith(".") ? host.endsWith(domain) : host.equals(domain) || host.endsWith("." + domain);
    }

    private static boolean isWithin(String network, String bits, InetAddress address) {
        byte[] wanted = address.getAddress();
        byte[] base = address(network).map(InetAddress::getAddress).orElse(new byte[0]);
        if (base.length != wanted.length || !bits.matches("[0-9]{1,3}")) {
            return false;
        }
        int free = wanted.length * Byte.SIZE - Integer.parseInt(bits);
        return free >= 0 && new BigInteger(1, base).shiftRight(free).equals(new BigInteger(1, wanted).shiftRight(free));
    }

    private static Optional<InetAddress> address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String unbracketed(String text) {
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }
}
