package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.adapter.hubnet.amqp.TypeReader.Described;
import io.edgeagent.hub.ClientId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hub's side of SASL (AMQP 1.0, 5.3): one question, one answer. ANONYMOUS and MSSBCBS say nothing of who it is, that comes by
 * {@code $cbs}. EXTERNAL says that it is in the certificate, which is judged with the first link.
 */
final class SaslDialog {
    private static final int FRAME = 1;
    private static final int MAX_FRAME = 4096;
    private static final int MECHANISMS = 0x40;
    private static final int INIT = 0x41;
    private static final int OUTCOME = 0x44;
    private static final int REFUSED = 1;
    private static final Pattern USER = Pattern.compile("([^/@]{1,128})(?:/modules/([^/@]{1,128}))?@(?:sas\\.)?[^@]*");

    /**
     * What a client says of itself by PLAIN.
     *
     * @param token its password
     */
    record Login(ClientId client, String token) {
        @Override
        public String toString() {
            return "Login[" + client + "]";
        }
    }

    /** Whether a login counts. */
    interface Doorman {
        boolean admits(Login login);
    }

    private final Doorman doorman;
    private final boolean certified;

    /** @param certified whether the client presented a certificate in TLS */
    SaslDialog(Doorman doorman, boolean certified) {
        this.doorman = doorman;
        this.certified = certified;
    }

    void begin(Wire wire) {
        wire.write(ProtocolHeader.SASL.bytes());
        TypeWriter body = new TypeWriter(64).described(MECHANISMS);
        int fields = body.beginList(1);
        int symbols = body.beginSymbols(certified ? 4 : 3);
        if (certified) {
            body.element("EXTERNAL");
        }
        body.element("ANONYMOUS")
                .element("MSSBCBS")
                .element("PLAIN")
                .end(symbols)
                .end(fields);
        wire.write(frame(body));
    }

    /** Answers the client's choice once it is all there. @return whether the client may go on; empty if it is to be waited for */
    Optional<Boolean> proceed(ByteBuffer in, Wire wire) throws ProtocolViolation {
        Optional<ByteBuffer> frame = FrameGate.split(in, FRAME, MAX_FRAME);
        if (frame.isEmpty()) {
            return Optional.empty();
        }
        if (!(TypeReader.of(frame.get().position(8)).read() instanceof Described init) || init.code() != INIT) {
            throw new ProtocolViolation("SASL begins with something else than init");
        }
        FieldList fields = init.fields();
        boolean admitted = switch (fields.text(0).orElse("")) {
            case "ANONYMOUS", "MSSBCBS" -> true;
            case "EXTERNAL" -> certified;
            case "PLAIN" ->
                login(fields.of(1, ByteBuffer.class)).filter(doorman::admits).isPresent();
            default -> false;
        };
        TypeWriter body = new TypeWriter(64).described(OUTCOME);
        int begun = body.beginList(1);
        body.unsignedByte(admitted ? 0 : REFUSED).end(begun);
        wire.write(frame(body));
        return Optional.of(admitted);
    }

    /** Of who, on whose behalf, and the password, parted by zeros (RFC 4616). */
    private static Optional<Login> login(Optional<ByteBuffer> response) {
        String[] parts = response.map(bytes ->
                        StandardCharsets.UTF_8.decode(bytes.duplicate()).toString())
                .orElse("")
                .split("\0", 4);
        if (parts.length != 3) {
            return Optional.empty();
        }
        Matcher user = USER.matcher(parts[1]);
        return user.matches()
                ? Optional.of(new Login(new ClientId(user.group(1), Optional.ofNullable(user.group(2))), parts[2]))
                : Optional.empty();
    }

    private static ByteBuffer frame(TypeWriter body) {
        byte[] bytes = body.toBytes();
        return ByteBuffer.allocate(8 + bytes.length)
                .putInt(8 + bytes.length)
                .put((byte) 2)
                .put((byte) FRAME)
                .putShort((short) 0)
                .put(bytes)
                .flip();
    }
}
