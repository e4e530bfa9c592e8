package io.edgeagent.adapter.hubnet.http;

import io.edgeagent.adapter.hubnet.HttpHead;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.ProtocolException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the first line of a request says.
 *
 * @param path its segments, decoded; the query is left out
 * @param chain of certificates that the client presented in TLS; may be empty
 * @param keepsAlive whether the client may send another one on the same connection
 */
record HttpRequest(String method, List<String> path, List<X509Certificate> chain, boolean keepsAlive, HttpHead head) {
    private static final Pattern START =
            Pattern.compile("([A-Z]{1,20}) /([^ ?#]{0,2000})(?:\\?[^ ]*)? HTTP/1\\.([0-9])");

    /** Empty if it makes no sense. */
    static Optional<HttpRequest> of(HttpHead head, List<X509Certificate> chain) {
        Matcher start = START.matcher(head.start());
        if (!start.matches()) {
            return Optional.empty();
        }
        try {
            List<String> path = Arrays.stream(start.group(2).split("/", -1))
                    .map(Percent::decode)
                    .toList();
            boolean keepsAlive = !start.group(3).equals("0") && !head.lists("connection", "close");
            return Optional.of(new HttpRequest(start.group(1), path, chain, keepsAlive, head));
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }
}
