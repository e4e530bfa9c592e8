package io.edgeagent.simulator.hub;

/** A connected device or module. Called on the hub's thread only; no call blocks. */
public interface ClientConnection {

    /** Sends at most once. */
    void publish(String topic, byte[] body);

    /** Sends at least once; {@code acknowledged} runs on the hub's thread when the client has confirmed it. */
    void publish(String topic, byte[] body, Runnable acknowledged);

    /** Drops the connection if the client could not connect again with what it has proved itself with. */
    void recheck();

    /** Drops the connection; MQTT 3.1.1 cannot tell the client why, so the reason goes to the log. */
    void close(String reason);
}
