package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.adapter.hubnet.Dialer;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.UpstreamLinks;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Links to IoT Hub by MQTT, one connection an identity, all on the hub's thread. */
public final class MqttUpstream implements UpstreamLinks {
    private final EventLoop loop;
    private final Dialer dialer;
    private final Address address;
    private final Tokens tokens;
    private final RandomGenerator random;
    private final String product;

    /** Where the IoT Hub is. */
    public record Address(String host, int port) {}

    /** Proves who an identity is. */
    public interface Tokens {
        /** A token that is good from now until then; empty if the identity has no key here. */
        Optional<Token> token(ClientId id);

        /** The IoT Hub does not take the token: the key may be another one by now. */
        default void refused(ClientId id) {}

        record Token(String text, Instant expires) {}
    }

    /** @param product what the links call themselves */
    public MqttUpstream(
            EventLoop loop, Dialer dialer, Address address, Tokens tokens, RandomGenerator random, String product) {
        this.loop = loop;
        this.dialer = dialer;
        this.address = address;
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

    Dialer dialer() {
        return dialer;
    }

    Address address() {
        return address;
    }

    Tokens tokens() {
        return tokens;
    }

    RandomGenerator random() {
        return random;
    }

    String product() {
        return product;
    }
}
