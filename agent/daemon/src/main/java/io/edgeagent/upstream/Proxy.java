package io.edgeagent.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy. Its password never prints.
 *
 * @param tls whether the proxy itself is spoken to in TLS
 * @param host its name or address, IPv6 without brackets
 * @param login user and password, joined by a colon
 */
public record Proxy(boolean tls, String host, int port, Optional<String> login) {
    private static final int MAX = 2048;
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,20})://");
    private static final Pattern ADDRESS =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9._-]{1,255})(?::([0-9]{1,5}))?");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /**
     * Reads {@code http://user:password@host:port}, where user and password are percent-encoded, and scheme, login and port may
     * be left out.
     *
     * @throws IllegalArgumentException saying what is wrong without repeating the text, which may hold a password
     */
    public static Proxy parse(String text) {
        String rest = text.strip();
        if (rest.length() > MAX) {
            throw new IllegalArgumentException("is longer than " + MAX + " characters");
        }
        boolean tls = false;
        Matcher scheme = SCHEME.matcher(rest);
        if (scheme.lookingAt()) {
            tls = scheme.group(1).equalsIgnoreCase("https");
            if (!tls && !scheme.group(1).equalsIgnoreCase("http")) {
                throw new IllegalArgumentException(
                        "starts with " + scheme.group()
                                + ", which is not supported; expected http://host:port, or https:// for TLS to the proxy itself");
            }
            rest = rest.substring(scheme.end());
        }
        int slash = rest.indexOf('/', rest.lastIndexOf('@') + 1);
        if (slash >= 0) {
            rest = rest.substring(0, slash);
        }
        int at = rest.lastIndexOf('@');
        Optional<String> login = at < 0 ? Optional.empty() : Optional.of(decoded(rest.substring(0, at)));
        Matcher address = ADDRESS.matcher(rest.substring(at + 1));
        if (!address.matches()) {
            throw new IllegalArgumentException(
                    "names no host and port; expected http://host:port or http://user:password@host:port");
        }
        String host = address.group(1);
        int port = address.group(2) == null ? (tls ? HTTPS : HTTP) : Integer.parseInt(address.group(2));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("names the port " + port + ", which is not a valid port");
        }
        return new Proxy(tls, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, login);
    }

    /** A '%' that begins no encoded byte stands for itself, as curl has it. */
    private static String decoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] plain = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            plain[length++] = low < 0 ? bytes[i] : (byte) (high * 16 + low);
            i += low < 0 ? 0 : 2;
        }
        String login = new String(plain, 0, length, StandardCharsets.UTF_8);
        if (login.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("has a control character in its user or password");
        }
        return login.contains(":") ? login : login + ":";
    }

    /** Value of the header Proxy-Authorization; RFC 7617. */
    public Optional<String> authorization() {
        return login.map(text -> "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Without user and password. */
    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
