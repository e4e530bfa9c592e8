package io.edgeagent.adapter.iothub;

import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The client's side of a WebSocket (RFC 6455) as a plain stream of bytes. Paho's own loses bytes when a frame comes in two parts a
 * second apart, takes a ping for an error, and makes room for any length that a frame announces.
 */
final class WebSocket {
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 101(?: [^\r\n]{0,200})?");
    private static final int MAX_HEAD = 16_384;
    private static final int MAX_LINE = 100;
    private static final int MASKED = 0x80;
    private static final int SHORT = 126;
    private static final int LONG = 127;
    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final SecureRandom random = new SecureRandom();
    private final InputStream in;
    private final OutputStream out;

    private WebSocket(Socket socket) throws IOException {
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Asks for MQTT over a WebSocket, in IoT Hub's words. */
    static WebSocket open(Socket socket, String host) throws IOException {
        WebSocket opened = new WebSocket(socket);
        byte[] nonce = new byte[16];
        opened.random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        opened.out.write(("GET /$iothub/websocket?iothub-no-client-cert=true HTTP/1.1\r\nHost: " + host
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
                        + "\r\nSec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        opened.out.flush();
        opened.readAnswer(host, accept(key));
        return opened;
    }

    private static String accept(String key) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha.digest((key + ACCEPT_SALT).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    private void readAnswer(String host, String accept) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MAX_HEAD && head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new Explained.Failure(host + " closed the connection when it was asked for a WebSocket");
            }
            head.append((char) next);
        }
        String[] lines = head.toString().split("\r\n", -1);
        boolean accepted = ANSWER.matcher(lines[0]).matches();
        boolean ours = false;
        for (String line : lines) {
            String[] header = line.split(":", 2);
            ours |= header.length == 2
                    && header[0].strip().toLowerCase(Locale.ROOT).equals("sec-websocket-accept")
                    && header[1].strip().equals(accept);
        }
        if (!accepted || !ours) {
            throw new Explained.Failure(
                    host + " does not open a WebSocket for MQTT: it said " + Explained.quoted(lines[0], MAX_LINE));
        }
    }

    InputStream input() {
        return new Input();
    }

    /** Each write is a frame. */
    OutputStream output() {
        return new FilterOutputStream(out) {
            @Override
            public void write(int single) throws IOException {
                send(BINARY, new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                send(BINARY, from, offset, length);
            }
        };
    }

    private synchronized void send(int opcode, byte[] from, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(length + 14);
        frame.put((byte) (0x80 | opcode));
        if (length < SHORT) {
            frame.put((byte) (MASKED | length));
        } else if (length <= 0xFFFF) {
            frame.put((byte) (MASKED | SHORT)).putShort((short) length);
        } else {
            frame.put((byte) (MASKED | LONG)).putLong(length);
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frame.put(mask);
        for (int i = 0; i < length; i++) {
            frame.put((byte) (from[offset + i] ^ mask[i & 3]));
        }
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    /** What is in data frames. A read that times out in the middle of a frame goes on there the next time. */
    private final class Input extends InputStream {
        private final byte[] header = new byte[10];
        private int have;
        private long left;
        private int opcode;
        private ByteBuffer control = ByteBuffer.allocate(0);

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (left == 0) {
                if (!readHeader()) {
                    return -1;
                }
                if (opcode >= CLOSE && !readControl()) {
                    return -1;
                }
            }
            int read = in.read(to, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the connection ended within a frame");
            }
            left -= read;
            return read;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(left, in.available());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private boolean readHeader() throws IOException {
            // a control frame is read on where a time-out left it
            if (control.hasRemaining()) {
                return true;
            }
            while (have < 2 || have < headerLength()) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                header[have++] = (byte) next;
            }
            opcode = header[0] & 0x0F;
            int small = header[1] & 0x7F;
            long length = small < SHORT
                    ? small
                    : small == SHORT
                            ? ByteBuffer.wrap(header, 2, 2).getShort() & 0xFFFF
                            : ByteBuffer.wrap(header, 2, 8).getLong();
            have = 0;
            boolean data = opcode == CONTINUATION || opcode == BINARY;
            boolean isControl = opcode >= CLOSE && opcode <= PONG && length < SHORT;
            if ((header[1] & MASKED) != 0 || length < 0 || !(data || isControl)) {
                throw new Explained.Failure("what the hub sent is not a WebSocket's");
            }
            if (data) {
                left = length;
            } else {
                control = ByteBuffer.allocate((int) length);
            }
            return true;
        }

        private int headerLength() {
            int small = header[1] & 0x7F;
            return small < SHORT ? 2 : small == SHORT ? 4 : 10;
        }

        /** False when the other side said that it is over. */
        private boolean readControl() throws IOException {
            while (control.hasRemaining()) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                control.put((byte) next);
            }
            if (opcode == PING) {
                send(PONG, control.array(), 0, control.capacity());
            }
            return opcode != CLOSE;
        }
    }
}
