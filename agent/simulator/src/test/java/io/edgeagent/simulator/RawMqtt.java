package io.edgeagent.simulator;

import io.edgeagent.simulator.hub.IdentityName;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

/** A socket that says CONNECT and then nothing. */
final class RawMqtt implements Closeable {
    private static final int CLEAN_USER_PASSWORD = 0xC2;

    private final SSLSocket socket;
    private final long start = System.nanoTime();

    private RawMqtt(SSLSocket socket) {
        this.socket = socket;
    }

    static RawMqtt connect(Simulator hub, IdentityName name, String password, int keepAlive) throws IOException {
        SSLSocket socket = (SSLSocket) TestHub.trust().getSocketFactory().createSocket(hub.hostName(), hub.mqttPort());
        socket.setSoTimeout(20_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(bytes);
        packet.writeUTF("MQTT");
        packet.write(4);
        packet.write(CLEAN_USER_PASSWORD);
        packet.writeShort(keepAlive);
        packet.writeUTF(name.toString());
        packet.writeUTF(hub.hostName() + "/" + name + "/?api-version=2021-04-12");
        packet.writeUTF(password);
        int length = bytes.size();
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.write(0x10);
        out.write(length % 128 | 0x80);
        out.write(length / 128);
        out.write(bytes.toByteArray());
        out.flush();
        return new RawMqtt(socket);
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
