package io.edgeagent.simulator;

import io.edgeagent.simulator.hub.IdentityName;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/** A socket that sees each packet. */
final class RawMqtt implements Closeable {
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBACK = 9;

    private static final int CLEAN_USER_PASSWORD = 0xC2;

    private final SSLSocket socket;
    private final long start = System.nanoTime();

    private RawMqtt(SSLSocket socket) {
        this.socket = socket;
    }

    static RawMqtt connect(Simulator hub, IdentityName name, String password, int keepAlive) throws IOException {
        return connect(hub, name, password, keepAlive, 4);
    }

    /** As a client of MQTT 5 does. */
    static RawMqtt connect5(Simulator hub, IdentityName name, String password) throws IOException {
        return connect(hub, name, password, 60, 5);
    }

    private static RawMqtt connect(Simulator hub, IdentityName name, String password, int keepAlive, int level)
            throws IOException {
        SSLSocket socket = (SSLSocket) TestHub.trust().getSocketFactory().createSocket(hub.hostName(), hub.mqttPort());
        socket.setSoTimeout(20_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(bytes);
        packet.writeUTF("MQTT");
        packet.write(level);
        packet.write(CLEAN_USER_PASSWORD);
        packet.writeShort(keepAlive);
        if (level == 5) {
            packet.write(0);
        }
        packet.writeUTF(name.toString());
        packet.writeUTF(hub.hostName() + "/" + name + "/?api-version=2021-04-12");
        packet.writeUTF(password);
        RawMqtt peer = new RawMqtt(socket);
        peer.send(0x10, bytes.toByteArray());
        return peer;
    }

    void subscribe(String filter) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(bytes);
        packet.writeShort(1);
        packet.writeUTF(filter);
        packet.write(1);
        send(0x82, bytes.toByteArray());
    }

    /** With QoS 1. */
    void publish(String topic, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(bytes);
        packet.writeUTF(topic);
        packet.writeShort(2);
        packet.write(text.getBytes(StandardCharsets.UTF_8));
        send(0x32, bytes.toByteArray());
    }

    /** The type of the next packet. */
    int nextType() throws IOException {
        InputStream in = socket.getInputStream();
        int type = in.read() >> 4;
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.read();
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while ((digit & 0x80) != 0);
        in.readNBytes(length);
        return type;
    }

    private void send(int header, byte[] rest) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write(header);
        if (rest.length > 127) {
            out.write(rest.length % 128 | 0x80);
            out.write(rest.length / 128);
        } else {
            out.write(rest.length);
        }
        out.write(rest);
        out.flush();
    }

    /** The return code. */
    int connAck() throws IOException {
        return socket.getInputStream().readNBytes(4)[3];
    }

    /** How long the connection has lived when the hub ends it. */
    Duration awaitEnd() throws IOException {
        socket.getInputStream().readAllBytes();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
