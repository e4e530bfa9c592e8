package io.edgeagent.upstream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The request CONNECT to a proxy, and what its answer means. RFC 9110, 9.3.6.
 *
 * @param host that is to be reached through it
 */
public record ConnectRequest(Proxy proxy, String host, int port) {
    private static final int MAX_REASON = 100;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: ([^\r\n]{0,500}))?");

    private String target() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** What is sent to the proxy. It holds the proxy's password: not for any log. */
    public String text() {
        return "CONNECT " + target() + " HTTP/1.1\r\nHost: " + target() + "\r\n"
                + proxy.authorization()
                        .map(value -> "Proxy-Authorization: " + value + "\r\n")
                        .orElse("")
                + "\r\n";
    }

    /**
     * Why there is no connection, in words that name the proxy and what to set; empty if there is one.
     *
     * @param answer begins with the proxy's status line
     */
    public Optional<String> refusal(String answer) {
        Matcher status = STATUS.matcher(answer);
        if (!status.lookingAt()) {
            return Optional.of("what answers at " + proxy + " is not an HTTP proxy: check https_proxy");
        }
        int code = Integer.parseInt(status.group(1));
        if (code / 100 == 2) {
            return Optional.empty();
        }
        String said = (code + " " + quoted(status.group(2) == null ? "" : status.group(2))).strip();
        return Optional.of(
                switch (code) {
                    // tinyproxy says 401
                    case 401, 407 ->
                        proxy.login().isPresent()
                                ? "the proxy " + proxy + " refused the user or the password of https_proxy (" + said
                                        + ")"
                                : "the proxy " + proxy + " asks for a login (" + said
                                        + "): set https_proxy to http://user:password@host:port";
                    case 400, 403, 405 ->
                        "the proxy " + proxy + " refuses connections to " + target() + " (" + said
                                + "): it must allow CONNECT to this host and port";
                    default -> "the proxy " + proxy + " has not reached " + target() + " (" + said + ")";
                });
    }

    private static String quoted(String text) {
        String printable = text.replaceAll("[^ -~]", "?").strip();
        return printable.length() <= MAX_REASON ? printable : printable.substring(0, MAX_REASON) + "...";
    }
}
