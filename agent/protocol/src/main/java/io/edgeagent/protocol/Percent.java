package io.edgeagent.protocol;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Percent encoding of URI components (RFC 3986): a blank is %20 and '+' is itself, unlike HTML forms. */
public final class Percent {
    private Percent() {}

    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /**
     * An id in a topic or user name. SDKs write ids there as they are ('%' is legal in one), except that some encode the dollar
     * of $edgeAgent and $edgeHub.
     */
    static String identifier(String spelled) {
        return spelled.replace("%24", "$");
    }

    /** @throws ProtocolException if a '%' is not followed by two hexadecimal digits */
    public static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("bad percent encoding", e);
        }
    }
}
