package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.UpstreamLinks;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Links to IoT Hub by MQTT, one connection an identity, all on the hub's thread. */
public final class MqttUpstream implements UpstreamLinks {
    private final EventLoop loop;
    private final Road road;
    private final String host;
    private final Tokens tokens;
    private final RandomGenerator random;
    private final String product;
    private long lastTag;

    /** The way to the IoT Hub, as it is when a connection is opened: what it goes through and what it is wrapped into. */
    public interface Road {
        /** Tries once. The reader is told that it is open, or {@link Wire.Reader#closed} with the reason. */
        void dial(Wire.Reader reader);
    }

    /** Proves who an identity is. */
    public interface Tokens {
        /** A token that is good from now until then; empty if the identity has no key here. */
        Optional<Token> token(ClientId id);

        /** The IoT Hub does not take the token: the key may be another one by now. */
        default void refused(ClientId id) {}

        /**
         * @param chain ids from the identity to this device, with semicolons between, if the token is this device's; empty if it is
         *     the identity's own
         */
        record Token(String text, Instant expires, String chain) {
            public Token(String text, Instant expires) {
                this(text, expires, "");
            }
        }
    }

    /**
     * @param host name of the IoT Hub
     * @param product what the links call themselves
     */
    public MqttUpstream(EventLoop loop, Road road, String host, Tokens tokens, RandomGenerator random, String product) {
        this.loop = loop;
        this.road = road;
        this.host = host;
        this.tokens = tokens;
        this.random = random;
        this.product = product;
    }

    @Override
    public Link open(ClientId identity, Listener listener) {
        return new MqttLink(this, identity, listener);
    }

    EventLoop loop() {
        return loop;
    }

    Road road() {
        return road;
    }

    String host() {
        return host;
    }

    Tokens tokens() {
        return tokens;
    }

    /** One that no message from the cloud had, on whichever link. */
    long nextTag() {
        return ++lastTag;
    }

    RandomGenerator random() {
        return random;
    }

    String product() {
        return product;
    }
}
