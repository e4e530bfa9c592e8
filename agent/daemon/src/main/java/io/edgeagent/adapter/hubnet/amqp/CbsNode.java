package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.hub.ClientId;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SasToken;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The node {@code $cbs}, where clients show their tokens (hub contract 1.3). Who it is comes from the token, not from the name of
 * the request. A token that does not count is answered with 401 here, and not at the first link as IoT Edge does: clients understand
 * that.
 */
final class CbsNode {
    /** Of a token with what is around it. */
    static final int MAX_REQUEST = 16 * 1024;

    private static final int MOST_FAILURES = 10;
    private static final int MOST_WAITING = 16;
    private static final Set<String> TYPES = Set.of("servicebus.windows.net:sastoken", "azure-devices.net:sastoken");
    private static final Pattern RESOURCE = Pattern.compile("[^/]+/devices/([^/]+)(?:/modules/([^/]+))?");

    private final BiFunction<ClientId, String, Optional<String>> shown;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private Optional<OutgoingLink> answers = Optional.empty();
    private int failures;

    private record Verdict(int status, String description) {}

    /** @param shown is given who shows a token and the token, and says why it does not count */
    CbsNode(BiFunction<ClientId, String, Optional<String>> shown) {
        this.shown = shown;
    }

    /** The client has a link on which it gets answers. */
    void answersOn(OutgoingLink link) {
        answers = Optional.of(link);
        waiting.forEach(link::send);
        waiting.clear();
    }

    void answersNoMore(OutgoingLink link) {
        answers = answers.filter(now -> now != link);
    }

    void take(IncomingLink.Receipt receipt, int format, ByteBuffer bytes) throws ProtocolViolation {
        AmqpMessage request = AmqpMessage.parse(bytes);
        receipt.accept();
        Verdict verdict = judge(request);
        byte[] answer = MessageMap.cbsAnswer(request.messageId().orElse(""), verdict.status(), verdict.description());
        boolean sent =
                answers.isPresent() ? answers.get().send(answer) : waiting.size() < MOST_WAITING && waiting.add(answer);
        if (!sent) {
            throw new ProtocolViolation("it does not fetch the answers of $cbs");
        }
        failures = verdict.status() == 200 ? 0 : failures + 1;
        if (failures > MOST_FAILURES) {
            throw new ProtocolViolation("one token after the other that does not count");
        }
    }

    private Verdict judge(AmqpMessage request) {
        if (!property(request, "operation").equals("put-token")) {
            return new Verdict(400, "the operation is not put-token");
        }
        if (!TYPES.contains(property(request, "type"))) {
            return new Verdict(400, "the type of the token is not known");
        }
        if (property(request, "name").isEmpty()) {
            return new Verdict(400, "the request has no name");
        }
        if (!(request.value().orElse(0) instanceof String token)) {
            return new Verdict(400, "the body is not a text");
        }
        try {
            Matcher resource = RESOURCE.matcher(SasToken.parse(token).resource());
            if (!resource.matches()) {
                return new Verdict(401, "the token is not of a device or module");
            }
            ClientId id = new ClientId(resource.group(1), Optional.ofNullable(resource.group(2)));
            return shown.apply(id, token)
                    .map(reason -> new Verdict(401, reason))
                    .orElse(new Verdict(200, "OK"));
        } catch (ProtocolException e) {
            return new Verdict(401, e.getMessage());
        }
    }

    private static String property(AmqpMessage request, String name) {
        return AmqpMessage.text(request.application(), name).orElse("").toLowerCase(Locale.ROOT);
    }
}
