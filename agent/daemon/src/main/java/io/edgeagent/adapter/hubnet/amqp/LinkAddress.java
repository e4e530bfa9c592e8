package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.hub.ClientId;
import io.edgeagent.protocol.Percent;
import io.edgeagent.protocol.ProtocolException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a link leads (hub contract 1.4).
 *
 * @param client whose link it is; empty for the node {@code $cbs}
 */
record LinkAddress(Optional<ClientId> client, Use use) {
    private static final Pattern CBS = Pattern.compile("(?:amqps?://[^/]*)?/?\\$cbs", Pattern.CASE_INSENSITIVE);
    private static final Pattern OF_CLIENT = Pattern.compile(
            "(?:amqps?://[^/]*)?/?devices/([^/]+)(?:/modules/([^/]+))?"
                    + "/(messages/events|messages/devicebound|methods/devicebound|twin)",
            Pattern.CASE_INSENSITIVE);
    private static final int MAX = 1024;

    /** What a link is for. A client has at most one of each. */
    enum Use {
        TOKENS,
        TOKEN_ANSWERS,
        TELEMETRY,
        INPUTS,
        CLOUD_MESSAGES,
        METHOD_CALLS,
        METHOD_ANSWERS,
        TWIN_REQUESTS,
        TWIN_ANSWERS
    }

    /**
     * @param address of the terminus on the hub's side
     * @param clientSends on this link
     * @return empty if nothing is there
     */
    static Optional<LinkAddress> parse(String address, boolean clientSends) {
        if (address.length() > MAX) {
            return Optional.empty();
        }
        if (CBS.matcher(address).matches()) {
            return Optional.of(new LinkAddress(Optional.empty(), clientSends ? Use.TOKENS : Use.TOKEN_ANSWERS));
        }
        Matcher matcher = OF_CLIENT.matcher(address);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            ClientId client = new ClientId(
                    Percent.decode(matcher.group(1)),
                    Optional.ofNullable(matcher.group(2)).map(Percent::decode));
            return use(matcher.group(3), clientSends, client).map(use -> new LinkAddress(Optional.of(client), use));
        } catch (ProtocolException e) {
            return Optional.empty();
        }
    }

    private static Optional<Use> use(String tail, boolean clientSends, ClientId client) {
        return Optional.ofNullable(
                switch (tail.toLowerCase(java.util.Locale.ROOT)) {
                    case "messages/events" ->
                        clientSends ? Use.TELEMETRY : client.module().isPresent() ? Use.INPUTS : null;
                    case "messages/devicebound" -> clientSends ? null : Use.CLOUD_MESSAGES;
                    case "methods/devicebound" -> clientSends ? Use.METHOD_ANSWERS : Use.METHOD_CALLS;
                    default -> clientSends ? Use.TWIN_REQUESTS : Use.TWIN_ANSWERS;
                });
    }
}
