package io.edgeagent.adapter.hubnet.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** What both sides of a WebSocket's handshake know (RFC 6455, 4). */
final class Handshake {
    static final String PATH = "/$iothub/websocket";
    static final String MQTT = "mqtt";
    private static final String SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    /** The value of Sec-WebSocket-Accept that proves that the key was read. */
    static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + SALT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    static ByteBuffer lines(String... lines) {
        return ByteBuffer.wrap((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
