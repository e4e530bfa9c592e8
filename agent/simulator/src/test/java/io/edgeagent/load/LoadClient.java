package io.edgeagent.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * One client of a broker: MQTT over TLS on a selector. It does no more than it must, so that the broker is what is measured. What
 * it sends in one turn goes in one write.
 */
class LoadClient {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final ByteBuffer SEALED = ByteBuffer.allocateDirect(64 * 1024);

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer encrypted = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer plain = ByteBuffer.allocate(64 * 1024);
    private final ByteBuffer toSend = ByteBuffer.allocate(64 * 1024);
    private final ByteBuffer connect;
    private boolean secured;
    private int lastId;

    LoadClient(Selector selector, InetSocketAddress broker, SSLEngine engine, ByteBuffer connect) throws IOException {
        this.engine = engine;
        this.connect = connect;
        channel = SocketChannel.open(broker);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        turn();
    }

    /** The broker has accepted it. */
    void accepted() {}

    /** The broker has acknowledged publications. */
    void acknowledged(int count) {}

    /** The broker has answered SUBSCRIBE. */
    void subscribed() {}

    /** @param payload to be read before it returns */
    void received(ByteBuffer payload) {}

    final int nextId() {
        lastId = lastId % 0xffff + 1;
        return lastId;
    }

    /** Sends it with whatever else is sent in this turn. */
    final void send(ByteBuffer packet) {
        toSend.put(packet);
    }

    /** A packet of which only the id differs. */
    final void send(ByteBuffer packet, int idAt) {
        int begin = toSend.position();
        toSend.put(packet.duplicate()).putShort(begin + idAt, (short) nextId());
    }

    /** Reads what has come, and sends what that led to. */
    final void read() throws IOException {
        if (channel.read(encrypted) < 0) {
            throw new EOFException("the broker closed the connection");
        }
        turn();
    }

    private void turn() throws IOException {
        encrypted.flip();
        while (step()) {}
        encrypted.compact();
        flush();
    }

    private boolean step() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                engine.getDelegatedTask().run();
                return true;
            }
            case NEED_WRAP -> {
                seal(NOTHING);
                return true;
            }
            default -> {
                if (!encrypted.hasRemaining()) {
                    return false;
                }
                SSLEngineResult result = engine.unwrap(encrypted, plain);
                look(result);
                plain.flip();
                packets();
                plain.compact();
                if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                    throw new EOFException("the broker ended TLS");
                }
                return result.getStatus() == SSLEngineResult.Status.OK;
            }
        }
    }

    private void look(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED && !secured) {
            secured = true;
            send(connect);
        }
    }

    private void packets() throws IOException {
        int acknowledged = 0;
        while (plain.remaining() >= 2) {
            plain.mark();
            int first = plain.get() & 0xff;
            int length = 0;
            int shift = 0;
            int digit = 0x80;
            while ((digit & 0x80) != 0 && plain.hasRemaining()) {
                digit = plain.get() & 0xff;
                length |= (digit & 0x7f) << shift;
                shift += 7;
            }
            if ((digit & 0x80) != 0 || plain.remaining() < length) {
                plain.reset();
                break;
            }
            ByteBuffer body = plain.slice(plain.position(), length);
            plain.position(plain.position() + length);
            if (first >> 4 == 4) {
                acknowledged++;
            } else {
                packet(first, body);
            }
        }
        if (acknowledged > 0) {
            acknowledged(acknowledged);
        }
    }

    private void packet(int first, ByteBuffer body) throws IOException {
        switch (first >> 4) {
            case 2 -> {
                if (body.get(1) != 0) {
                    throw new IOException("the broker refuses the connection with code " + body.get(1));
                }
                accepted();
            }
            case 3 -> {
                int topic = body.getShort() & 0xffff;
                body.position(body.position() + topic);
                if ((first & 6) != 0) {
                    send(LoadPackets.pubAck(body.getShort() & 0xffff));
                }
                received(body);
            }
            case 9 -> subscribed();
            default -> {
                // PINGRESP
            }
        }
    }

    /** Sends what waits. */
    final void flush() throws IOException {
        toSend.flip();
        while (toSend.hasRemaining()) {
            seal(toSend);
        }
        toSend.clear();
    }

    private void seal(ByteBuffer data) throws IOException {
        SEALED.clear();
        look(engine.wrap(data, SEALED));
        SEALED.flip();
        // what may be in flight is less than a socket's buffer holds, so this does not turn often
        while (SEALED.hasRemaining()) {
            channel.write(SEALED);
        }
    }

    final void close() throws IOException {
        send(LoadPackets.disconnect());
        flush();
        engine.closeOutbound();
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            seal(NOTHING);
        }
        channel.close();
    }
}
